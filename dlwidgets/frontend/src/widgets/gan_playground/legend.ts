/** What is shown on the stage: a switch for each layer, the scale of D(x), the longest gradient. */

import { h, mark, say, svg } from "../../lib/dom.ts";
import { count, quantity } from "../../lib/format.ts";
import { type Context, type Layer, LAYERS, type Part } from "./session.ts";
import { longest } from "./stage.ts";

export function legend(context: Context): Part {
  const { bin, model, session, text } = context;
  const buttons = LAYERS.map((layer) => {
    const button = h(
      "button",
      { type: "button", class: "dlw-gp-layer", title: text.layerHints[layer] },
      sample(layer) as unknown as Node,
      h("span", {}, text.layerNames[layer]),
    );
    bin.listen(button, "click", () => session.toggleLayer(layer));
    return [layer, button] as const;
  });
  const bar = h("i", { class: "dlw-gp-bar", "aria-hidden": "true" });
  const scale = h("span", { class: "dlw-gp-scale" }, text.fakeEnd, bar, text.realEnd);
  const push = h("span", { class: "dlw-gp-push" });
  const drawing = hand(context);
  return {
    el: h(
      "div",
      { class: "dlw-gp-legend" },
      h(
        "div",
        { class: "dlw-gp-layers", role: "group", "aria-label": text.layers },
        ...buttons.map(([, button]) => button),
      ),
      h("div", { class: "dlw-gp-marks" }, scale, push, drawing.el),
    ),
    update() {
      for (const [layer, button] of buttons) {
        const none = layer === "mesh" && session.read.mesh.length === 0;
        mark(button, "aria-pressed", String(session.layers.has(layer) && !none));
        button.disabled = none;
        mark(
          button,
          "title",
          none ? text.noMesh(count(model.get("noise_size"))) : text.layerHints[layer],
        );
      }
      push.hidden = session.drawing;
      say(push, text.longest(quantity(longest(session), 2)));
      drawing.update();
    },
  };
}

/** How a layer looks. */
function sample(layer: Layer): SVGSVGElement {
  const el = svg("svg", { width: 14, height: 12, viewBox: "0 0 14 12", "aria-hidden": "true" });
  const put = (
    tag: "path" | "circle" | "rect",
    attributes: Record<string, string | number>,
  ): void => el.append(svg(tag, attributes));
  if (layer === "map") {
    put("rect", { x: 0, y: 1, width: 7, height: 10, class: "dlw-gp-low" });
    put("rect", { x: 7, y: 1, width: 7, height: 10, class: "dlw-gp-high" });
  } else if (layer === "mesh") {
    put("path", {
      d: "M1 2 12 1 13 10 2 11zM6.5 1.5 7.5 10.5M1.5 6.5 12.5 5.5",
      class: "dlw-gp-net",
    });
  } else if (layer === "real") put("circle", { cx: 7, cy: 6, r: 3.4, class: "dlw-gp-real" });
  else if (layer === "made") put("path", { d: "M7 1 11.5 6 7 11 2.5 6z", class: "dlw-gp-made" });
  else put("path", { d: "M1 10 11 3M7.5 2.5 11.5 2.6 10 6.4", class: "dlw-gp-arrow" });
  return el;
}

/** Drawing the real points by hand. */
function hand({ bin, model, session, text }: Context): Part {
  const draw = h(
    "button",
    { type: "button", class: "dlw-button", title: text.drawHint },
    text.draw,
  );
  const clear = h("button", { type: "button", class: "dlw-button" }, text.clear);
  const drawn = h("span", { class: "dlw-gp-drawn" });
  bin.listen(draw, "click", () => session.draw(!session.drawing));
  bin.listen(clear, "click", () => session.wipe());
  return {
    el: h("span", { class: "dlw-gp-hand" }, drawn, clear, draw),
    update() {
      mark(draw, "aria-pressed", String(session.drawing));
      clear.hidden = drawn.hidden = !session.drawing;
      clear.disabled = session.fresh;
      const held = session.fresh || !model.get("_target").drawn ? 0 : model.get("_target").count;
      say(drawn, text.drawn(count(held + (session.stroke.length + session.sent.length) / 2)));
    },
  };
}

/** Activation functions side by side, read at one place. */

import type { Factory } from "../../lib/host.ts";
import { codeLine } from "../../lib/code.ts";
import { h, mark, say } from "../../lib/dom.ts";
import { quantity } from "../../lib/format.ts";
import { widget } from "../../lib/view.ts";
import { flow, slopes, values } from "./charts.ts";
import { type Context, type Part, Session, type Traits } from "./session.ts";
import { table } from "./table.ts";
import { words } from "./words.ts";

const explorer: Factory<Traits> = widget<Traits, Session>({
  name: "ActivationExplorer",
  open: (model, bin) => new Session(model, bin),
  draw(scene) {
    const { announcer, bin, session } = scene;
    session.read();
    const context: Context = { ...scene, text: words[scene.language] };
    const { text } = context;
    const charts = [values(context), slopes(context), flow(context)];
    const parts: Part[] = [header(context), ...charts, table(context)];
    const code = codeLine(bin, text, announcer);
    const notice = h("span", {});
    const el = h(
      "div",
      {
        class: "dlw-card dlw-ac",
        role: "group",
        "aria-label": text.explorer,
        // JupyterLab's own shortcuts keep out of elements with this mark.
        "data-lm-suppress-shortcuts": "true",
      },
      parts[0]!.el,
      h("div", { class: "dlw-ac-charts" }, ...charts.map((chart) => chart.el)),
      parts.at(-1)!.el,
      h("div", { class: "dlw-ac-foot" }, code.el, notice),
    );
    bin.listen<KeyboardEvent>(el, "keydown", (event) => event.stopPropagation());
    let told = session.place;
    const update = bin.guard(() => {
      session.read();
      session.link.look(el);
      for (const part of parts) part.update();
      code.set(`[${session.functions.map((one) => one.code || one.name).join(", ")}]`);
      const { refusal } = session.link.commands;
      mark(notice, "data-tone", session.link.gone || refusal ? "bad" : undefined);
      say(notice, session.link.gone ? text.gone : refusal?.text ?? text.keys);
      if (session.place === told) return;
      told = session.place;
      const read = session.functions.map((one) => `${one.name} ${quantity(one.values[told], 3)}`);
      announcer.tell(text.moved(quantity(session.x[told], 4), read.join(", ")));
    });
    update();
    bin.add(session.painter.watch(update));
    return h("div", { class: "dlw", lang: scene.language === "zh" ? "zh-CN" : "en" }, el);
  },
});

export default explorer;

/** The probe, and the list of functions to add. */
function header({ bin, model, session, text }: Context): Part {
  const slider = h("input", {
    type: "range",
    class: "dlw-range",
    min: 0,
    max: session.x.length - 1,
    step: 1,
    "aria-label": text.probe,
    title: text.probeHint,
  });
  bin.listen(slider, "input", () => session.move(Number(slider.value)));
  const value = h("output", {});
  const add = h(
    "select",
    { class: "dlw-entry dlw-ac-add", "aria-label": text.add },
    h("option", { value: "" }, text.add),
    ...model.get("_names").map((name) => h("option", { value: name }, name)),
  );
  bin.listen(add, "change", () => {
    if (add.value) session.link.commands.now("add", "add", add.value);
    add.value = "";
  });
  const probe = h("label", { class: "dlw-ac-probe" }, h("code", {}, text.probe), slider, value);
  return {
    el: h("div", { class: "dlw-ac-header" }, h("b", {}, text.explorer), probe, add),
    update() {
      const place = String(session.place);
      if (slider.value !== place) slider.value = place;
      const shown = quantity(session.x[session.place], 4);
      mark(slider, "aria-valuetext", shown);
      say(value, shown);
      add.disabled = session.link.gone;
    },
  };
}

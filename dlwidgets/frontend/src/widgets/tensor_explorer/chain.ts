/** The operations that were applied: shape, strides and memory of each; and the next one. */

import { h, mark, say } from "../../lib/dom.ts";
import { tuple } from "../../lib/sheet.ts";
import { field, trouble } from "./field.ts";
import { type Context, letter, type Part } from "./session.ts";

export function chain(context: Context): Part {
  const { bin, session, text } = context;
  const head = h("tr", {}, ...text.columns.map((one) => h("th", { scope: "col" }, one)));
  const body = h("tbody");
  const table = h(
    "table",
    { class: "dlw-te-steps", "aria-label": text.chain },
    h("thead", {}, head),
    body,
  );
  const reset = h("button", { type: "button", class: "dlw-button" }, text.reset);
  bin.listen(reset, "click", () => session.send("reset"));
  bin.listen(body, "click", (event) => {
    const row = (event.target as Element).closest("tr");
    if (row) session.send("choose", [...body.children].indexOf(row));
  });
  const next = field(context, {
    label: text.call,
    action: text.apply,
    offered: () => session.model.get("_calls"),
    take: (typed) => session.send("apply", typed),
    hint: ".view(6, 2)",
  });
  const refused = trouble(context, () => session.model.get("_trouble"), "apply");
  let known = "";
  return {
    el: h(
      "div",
      { class: "dlw-te-chain" },
      h("div", { class: "dlw-te-scroll" }, table),
      h("div", { class: "dlw-te-next" }, next.el, reset),
      refused.el,
    ),
    update() {
      const key = JSON.stringify([session.model.get("_steps"), session.model.get("_chosen")]);
      if (key !== known) rows(context, body);
      known = key;
      reset.disabled = session.model.get("_steps").length < 2 &&
        !session.model.get("_code").includes(";");
      next.update();
      refused.update();
    },
  };
}

function rows({ session, text }: Context, body: HTMLElement): void {
  const focused = body.contains(document.activeElement);
  const chosen = session.model.get("_chosen");
  body.replaceChildren(
    ...session.model.get("_steps").map((step, at) => {
      const button = h("button", { type: "button", class: "dlw-te-name" }, `x${at}`);
      mark(button, "aria-pressed", String(at === chosen));
      const made = step.call ? `x${step.parent}${step.call}` : "x";
      const how = h("span", { class: "dlw-te-how", "data-how": step.how }, text.how[step.how]);
      const memory = h("td", { title: text.howHint[step.how] }, `${letter(step.memory)} `, how);
      if (step.changed) memory.append(h("span", { class: "dlw-te-changed" }, text.changed));
      const row = h(
        "tr",
        {},
        h("th", { scope: "row" }, button),
        h("td", { class: "dlw-te-code" }, made),
        ...[tuple(step.shape), tuple(step.stride), String(step.offset)].map((one) =>
          h("td", {}, one)
        ),
        h("td", {}, step.contiguous ? text.yes : text.no),
        memory,
      );
      mark(row, "data-chosen", at === chosen);
      return row;
    }),
  );
  if (focused) body.querySelector<HTMLElement>("[aria-pressed=true]")?.focus();
}

/** What was opened, and that it stays as it is. */
export function facts({ session, text }: Context): Part {
  const [about, note] = [h("b"), h("span")];
  return {
    el: h("div", { class: "dlw-te-facts" }, about, note),
    update() {
      const { device, dtype, grad, mine, shape } = session.model.get("_facts");
      say(about, text.facts(tuple(shape), dtype, device) + (grad ? `, ${text.grad}` : ""));
      say(note, mine ? text.copy : text.looked);
    },
  };
}

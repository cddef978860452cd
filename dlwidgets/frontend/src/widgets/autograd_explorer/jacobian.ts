/** The Jacobian of an output of several numbers, row by row, and what v makes of it. */

import { h, mark, say } from "../../lib/dom.ts";
import { entry } from "../../lib/entry.ts";
import { quantity } from "../../lib/format.ts";
import { unpack } from "../../lib/wire.ts";
import { type Context, type Part, VECTOR } from "./session.ts";

export function jacobian(context: Context): Part {
  const { bin, model, session, text } = context;
  const el = h("section", { class: "dlw-au-jacobian" });
  const meaning = h("p", { class: "dlw-au-soft" });
  let drawn = "";
  let parts: (() => void)[] = [];
  const draw = (rows: number, columns: readonly string[]): void => {
    parts = [];
    const set = (numbers: readonly number[]): void =>
      session.send(VECTOR, Float64Array.from(numbers));
    const unit = (at: number): number[] => Array.from({ length: rows }, (_, i) => Number(i === at));
    const presets = [
      ...Array.from({ length: rows }, (_, i) => [`v = (${unit(i).join(", ")})`, unit(i)] as const),
      [`v = (${unit(-1).fill(1).join(", ")})`, unit(-1).fill(1)] as const,
    ].map(([label, numbers]) => {
      const button = h("button", { type: "button", class: "dlw-button" }, label);
      bin.listen(button, "click", () => set(numbers));
      parts.push(() => button.disabled = session.link.gone);
      return button;
    });
    const head = h(
      "tr",
      {},
      h("th", { scope: "col" }, text.vector),
      h("th", { scope: "col" }, "J"),
      ...columns.map((name) => h("th", { scope: "col" }, name)),
    );
    const body = Array.from({ length: rows }, (_, i) => row(i, columns.length));
    const foot = product(columns.length);
    const table = h("table", {}, h("thead", {}, head), h("tbody", {}, ...body, foot));
    el.replaceChildren(
      h("h3", {}, text.jacobian),
      h("p", { class: "dlw-au-soft" }, text.jacobianHint),
      h("div", { class: "dlw-au-presets" }, ...presets),
      table,
      meaning,
    );
  };
  const row = (at: number, width: number): HTMLElement => {
    const typed = entry(bin, {
      label: text.vectorOf(String(at)),
      now: () => session.vector[at]!,
      put: (value) => session.put(VECTOR, at, value),
    });
    const cells = Array.from({ length: width }, () => h("td", {}));
    const line = h(
      "tr",
      {},
      h("td", {}, typed.el),
      h("th", { scope: "row" }, `${rootName(context)}[${at}]`),
      ...cells,
    );
    parts.push(() => {
      typed.update();
      const numbers = unpack(model.get("_jacobian"));
      cells.forEach((cell, i) => put(cell, numbers[at * width + i]!));
      mark(line, "data-off", session.vector[at] === 0);
    });
    return line;
  };
  /** Multiplied here; the badge compares the gradients with torch. */
  const product = (width: number): HTMLElement => {
    const cells = Array.from({ length: width }, () => h("td", {}));
    parts.push(() => {
      const [numbers, v] = [unpack(model.get("_jacobian")), session.vector];
      cells.forEach((cell, i) =>
        put(cell, Array.from(v).reduce((sum, x, k) => sum + x * numbers[k * width + i]!, 0))
      );
    });
    return h(
      "tr",
      { class: "dlw-au-product" },
      h("td", {}),
      h("th", { scope: "row" }, text.product),
      ...cells,
    );
  };
  return {
    el,
    update() {
      const [rows, width] = model.get("_jacobian").shape as [number, number];
      el.hidden = rows === 0;
      if (rows === 0) return;
      const columns = model.get("_columns");
      const key = `${rows} ${columns.join()}`;
      if (key !== drawn || width !== columns.length) draw(rows, columns);
      drawn = key;
      for (const update of parts) update();
      say(meaning, meaningOf(context));
    },
  };
}

function rootName({ model, session }: Context): string {
  return session.variable(model.get("_root"))?.name ?? "y";
}

function put(cell: HTMLElement, value: number): void {
  say(cell, quantity(value, 4));
  mark(cell, "title", quantity(value, 9));
}

function meaningOf({ session, text }: Context): string {
  const v = Array.from(session.vector);
  const ones = v.flatMap((x, i) => x === 0 ? [] : [[x, i] as const]);
  if (ones.length === 1 && ones[0]![0] === 1) return text.rowPicked(String(ones[0]![1]));
  return v.every((x) => x === 1) ? text.columnSum : "";
}

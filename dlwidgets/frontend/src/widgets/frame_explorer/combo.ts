/** A label, searched for among all labels of an axis by typing a part of it. */

import { h, mark } from "../../lib/dom.ts";
import { asker, type AxisName, type Context, type Part } from "./session.ts";
import { visible } from "./texts.ts";

export interface Labels {
  readonly label: string;
  readonly axis: AxisName;
  /** Stands in the field while it is empty. */
  readonly placeholder?: string;
  /** Choices before those that are found: the index, say. */
  readonly before?: readonly { position: number; label: string }[];
  /** What stands in the field while nobody types. */
  now(): string;
  choose(position: number, label: string): void;
  /** A text that was typed and not found is taken as the code of a label. */
  type?(code: string): void;
  /** Nothing was left in the field. */
  clear?(): void;
}

export function combo(context: Context, labels: Labels): Part {
  const { bin, session } = context;
  const { before = [], choose, clear, label, now, placeholder, type } = labels;
  const view = asker();
  const list = h("ul", { class: "dlw-fe-options", role: "listbox", id: view, "aria-label": label });
  const entry = h("input", {
    ...{ type: "text", class: "dlw-entry dlw-fe-combo", role: "combobox", "aria-label": label },
    ...{ "aria-expanded": "false", "aria-controls": view, "aria-autocomplete": "list" },
    ...{ autocomplete: "off", spellcheck: "false", placeholder },
  });
  let options: { position: number; label: string }[] = [];
  let chosen = -1;
  let open = false;
  const show = (): void => {
    list.hidden = !open || options.length === 0;
    mark(entry, "aria-expanded", String(!list.hidden));
    mark(entry, "aria-activedescendant", chosen < 0 || !open ? undefined : `${view}-${chosen}`);
    list.replaceChildren(...options.map((option, at) => {
      const name = h("bdi", {}, visible(option.label));
      const place = h("small", {}, option.position < 0 ? "" : `#${option.position}`);
      const el = h("li", { role: "option", id: `${view}-${at}`, "data-at": at }, name, place);
      mark(el, "aria-selected", String(at === chosen));
      return el;
    }));
    list.children[chosen]?.scrollIntoView({ block: "nearest" });
  };
  const search = (): void => {
    const axis = labels.axis === "rows" ? 0 : 1;
    session.ask(view, "search", { axis, text: entry.value });
  };
  const close = (): void => {
    [open, chosen] = [false, -1];
    show();
  };
  const take = (at: number): void => {
    const option = options[at];
    close();
    if (option) choose(option.position, option.label);
    entry.value = option ? option.label : now();
  };
  bin.add(session.answers(view, (answer) => {
    if (answer.kind !== "found") return;
    const wanted = entry.value.toLowerCase();
    const fitting = before.filter((one) => one.label.toLowerCase().includes(wanted));
    options = [...fitting, ...answer.found];
    chosen = Math.min(chosen, options.length - 1);
    show();
  }));
  const begin = (): void => {
    open = true;
    search();
  };
  bin.listen(entry, "focus", () => entry.select());
  bin.listen(entry, "click", () => {
    entry.select();
    const typed = entry.value;
    // At first all labels are offered, not those that are like the one that is chosen.
    entry.value = "";
    begin();
    entry.value = typed;
  });
  bin.listen<InputEvent>(entry, "input", (event) => {
    if (!event.isComposing) begin();
  });
  bin.listen(entry, "compositionend", begin);
  bin.listen(entry, "blur", () => {
    close();
    entry.value = now();
  });
  bin.listen<KeyboardEvent>(entry, "keydown", (event) => {
    if (event.isComposing) return;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by !== undefined) {
      if (!open) begin();
      chosen = Math.min(Math.max(chosen + by, -1), options.length - 1);
      show();
    } else if (event.key === "Enter") {
      const same = options.findIndex((one) => one.label === entry.value);
      if (chosen >= 0 || (same >= 0 && open)) take(chosen >= 0 ? chosen : same);
      else if (entry.value.trim() === "" && clear) {
        close();
        clear();
      } else if (type && entry.value !== now()) {
        close();
        type(entry.value);
      }
    } else if (event.key === "Escape") {
      close();
      entry.value = now();
    } else return;
    event.preventDefault();
  });
  // Before the field loses the focus.
  bin.listen<PointerEvent>(list, "pointerdown", (event) => {
    event.preventDefault();
    const option = (event.target as Element).closest<HTMLElement>("[data-at]");
    if (option) take(Number(option.dataset["at"]));
  });
  list.hidden = true;
  return {
    el: h("span", { class: "dlw-fe-find" }, entry, list),
    update() {
      if (entry.ownerDocument.activeElement !== entry) entry.value = now();
    },
  };
}

/** The open layer: its tabs, its tensors, or the explorer that it has of its own. */

import { attach, type ChildView, childView } from "../../lib/child.ts";
import { h, mark, say } from "../../lib/dom.ts";
import { count } from "../../lib/format.ts";
import { icon } from "../../lib/icons.ts";
import { bars } from "./bars.ts";
import { maps } from "./maps.ts";
import { numbers } from "./numbers.ts";
import { type Context, type Layer, nameOf, type Part } from "./session.ts";

/** Everything below the tree; hidden while nothing is open. */
export function detail(context: Context, back: () => void): Part {
  const { bin, model, session } = context;
  const parts = [
    title(context, back),
    choices(context),
    tensor(context),
    child(context),
  ];
  const el = h("section", { class: "dlw-me-detail" }, ...parts.map((part) => part.el));
  bin.listen<KeyboardEvent>(el, "keydown", (event) => {
    // The keys of the explorer inside are its own.
    if (event.key !== "Escape" || (event.target as Element).closest(".dlw-me-child")) return;
    event.preventDefault();
    session.shut();
    back();
  });
  return {
    el,
    update() {
      const layer = model.get("_layers")[model.get("_open").row];
      el.hidden = !layer;
      if (layer) mark(el, "aria-label", nameOf(layer));
      for (const part of parts) part.update();
    },
  };
}

function open({ model }: Context): Layer | undefined {
  return model.get("_layers")[model.get("_open").row];
}

function title(context: Context, back: () => void): Part {
  const { bin, session, text } = context;
  const name = h("b");
  const code = h("span", { class: "dlw-me-code" });
  const shapes = h("span", { class: "dlw-me-shapes" });
  const hint = { title: text.closeHint, "aria-label": text.close };
  const shut = h(
    "button",
    { type: "button", class: "dlw-button dlw-me-shut", ...hint },
    icon("cross"),
  );
  bin.listen(shut, "click", () => {
    session.shut();
    back();
  });
  return {
    el: h("div", { class: "dlw-me-title" }, name, code, shapes, shut),
    update() {
      const layer = open(context);
      if (!layer) return;
      say(name, nameOf(layer));
      say(code, `${layer.kind}(${layer.arguments})`);
      mark(code, "title", code.textContent ?? "");
      say(shapes, layer.call ? text.given(layer.inputs, layer.output || text.none) : "");
      mark(shapes, "title", shapes.textContent ?? "");
    },
  };
}

/** Tabs, the tensor of a tuple, the sample of the batch, the page. */
function choices(context: Context): Part {
  const { bin, model, session, text } = context;
  const tabs = h("div", { class: "dlw-segments", role: "group", "aria-label": text.tabList });
  const picker = h("select", { class: "dlw-entry dlw-me-part", "aria-label": text.part });
  const [sample, pages] = [samples(context), pager(context)];
  let shown = "";
  bin.listen<MouseEvent>(tabs, "click", (event) => {
    const tab = (event.target as HTMLElement).dataset.tab;
    const { row, tabs: known } = model.get("_open");
    const found = known.find((one) => one === tab);
    if (found) session.show(row, found);
  });
  bin.listen(picker, "change", () => {
    const { row, tab } = model.get("_open");
    session.show(row, tab, Number(picker.value));
  });
  return {
    el: h("div", { class: "dlw-me-choices" }, tabs, picker, sample.el, pages.el),
    update() {
      const { part, parts, tab, tabs: known } = model.get("_open");
      const key = JSON.stringify([known, parts]);
      if (key !== shown) {
        shown = key;
        tabs.replaceChildren(
          ...known.map((one) => h("button", { type: "button", "data-tab": one }, text.tabs[one])),
        );
        picker.replaceChildren(
          ...parts.map((path, i) => h("option", { value: i }, path || text.whole)),
        );
      }
      for (const button of tabs.children) {
        mark(button, "aria-pressed", String((button as HTMLElement).dataset.tab === tab));
      }
      tabs.hidden = known.length < 1;
      picker.hidden = parts.length < 2;
      picker.value = String(part);
      sample.update();
      pages.update();
    },
  };
}

function samples({ bin, model, session, text }: Context): Part {
  const entry = h("input", { type: "number", class: "dlw-entry", min: 0, step: 1 });
  const most = h("span");
  const el = h("label", { class: "dlw-me-sample" }, text.sample, entry, most);
  bin.listen(entry, "input", () => {
    if (entry.value !== "") session.link.commands.newest("sample", "sample", Number(entry.value));
  });
  return {
    el,
    update() {
      const { samples: size } = model.get("_total");
      const { sampled, tab } = model.get("_open");
      el.hidden = (size ?? 1) < 2 || !(sampled || tab === "explorer");
      entry.max = String((size ?? 1) - 1);
      const busy = session.link.commands.pending("sample");
      if (!busy) entry.value = String(model.get("sample"));
      say(most, text.ofSamples(count(size ?? 1)));
    },
  };
}

function pager(context: Context): Part {
  const { bin, model, session, text } = context;
  const button = (label: string, sign: string): HTMLButtonElement =>
    h("button", { type: "button", class: "dlw-button", title: label, "aria-label": label }, sign);
  const [back, on] = [button(text.previous, "‹"), button(text.next, "›")];
  const where = h("span", { class: "dlw-me-page" });
  const length = (): number => {
    const { kind, values } = session.picture;
    return kind === "maps" ? values.length / cells(session.picture) : values.length;
  };
  const go = (first: number): void => {
    const { part, row, tab } = model.get("_open");
    session.show(row, tab, part, first);
  };
  // Pages are of equal length; the last one may be shorter, but then it is not the first.
  bin.listen(back, "click", () => {
    if (session.picture.first > 0) go(session.picture.first - 1);
  });
  bin.listen(on, "click", () => {
    const next = session.picture.first + length();
    if (next < session.picture.total) go(next);
  });
  const el = h("div", { class: "dlw-me-pager" }, back, where, on);
  return {
    el,
    update() {
      const { first, total } = session.picture;
      const last = first + length();
      el.hidden = last - first >= total;
      // Truly disabled ones would lose the focus, and with it the keys.
      mark(back, "aria-disabled", String(first === 0));
      mark(on, "aria-disabled", String(last >= total));
      say(where, text.page(count(first), count(last - 1), count(total)));
    },
  };
}

/** Rows times columns of a map as it arrived. */
function cells(
  { size: [rows, columns], step: [down, across] }: Context["session"]["picture"],
): number {
  return Math.ceil(rows! / down!) * Math.ceil(columns! / across!);
}

function tensor(context: Context): Part {
  const { language, model, session, text } = context;
  const [sheet, chart, table] = [maps(context), bars(context), numbers(context)];
  const none = h("p", { class: "dlw-me-none" });
  const note = h("p", { class: "dlw-me-notes" });
  const el = h("div", { class: "dlw-me-tensor" }, note, sheet.el, chart.el, none, table.el);
  return {
    el,
    update() {
      const about = model.get("_open");
      const { kind, note: { [language]: why } } = session.picture;
      el.hidden = about.tab === "explorer" && about.tabs.length > 0;
      if (el.hidden) return;
      const said = [about.note, kind === "none" ? "" : why].filter(Boolean).join(" · ");
      say(note, said);
      note.hidden = !said;
      sheet.el.hidden = kind !== "maps";
      chart.el.hidden = kind !== "bars";
      table.el.hidden = none.hidden = kind !== "none";
      table.el.hidden = kind === "none";
      say(none, why || (model.get("_fed") ? text.noTensors : text.noInput));
      if (kind === "maps") sheet.update();
      if (kind === "bars") chart.update();
      if (kind !== "none") table.update();
    },
  };
}

/** The layer's own explorer: a widget of its own, shown here. */
function child({ bin, model, text }: Context): Part {
  const el = h("div", { class: "dlw-me-child" });
  let shown = "";
  let view: ChildView | null = null;
  const drop = (): void => {
    view?.remove();
    view = null;
    el.replaceChildren();
  };
  bin.add(drop);
  const put = async (reference: string): Promise<void> => {
    try {
      const made = await childView(model, reference);
      // Another layer may have been opened meanwhile, or the page may be gone.
      if (shown !== reference || bin.done) made.remove();
      else attach(el, view = made);
    } catch (error) {
      if (shown === reference && !bin.done) {
        el.replaceChildren(h("p", { class: "dlw-me-none" }, text.noChild(String(error))));
      }
    }
  };
  return {
    el,
    update() {
      el.hidden = model.get("_open").tab !== "explorer";
      const reference = model.get("_child");
      if (reference === shown) return;
      shown = reference;
      drop();
      if (reference) void put(reference);
    },
  };
}

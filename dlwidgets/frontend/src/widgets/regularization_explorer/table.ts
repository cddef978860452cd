/** The arms as a table: what is drawn, what is looked into, and the numbers at one epoch. */

import { h, mark, say } from "../../lib/dom.ts";
import { quantity } from "../../lib/format.ts";
import { swatch } from "../../lib/palette.ts";
import { type Arm, type Context, type Part, type Spread, TEST, TRAIN } from "./session.ts";

interface Row {
  readonly el: HTMLElement;
  update(): void;
}

export function table(context: Context): Part {
  const { session, text } = context;
  const heads = ["", text.columns.arm, text.columns.train, text.columns.test, text.columns.other];
  const more = [text.columns.best, text.columns.norm, text.columns.start];
  const hints = ["", "", text.hints.train, text.hints.test, text.hints.other];
  const head = [...heads, ...more].map((name, i) =>
    h("th", {
      scope: "col",
      title: [...hints, text.hints.best, text.hints.norm, text.hints.start][i],
    }, name)
  );
  const body = h("tbody", {});
  const el = h(
    "div",
    { class: "dlw-rg-table", tabindex: 0, role: "region", "aria-label": text.tableLabel },
    h("table", {}, h("thead", {}, h("tr", {}, ...head)), body),
  );
  let [rows, version]: [Row[], number] = [[], -1];
  return {
    el,
    update() {
      if (version !== session.version) {
        version = session.version;
        // What has the focus keeps it, though its row is a new one.
        const held = document.activeElement?.getAttribute("data-key");
        rows = session.arms.map((arm) => row(context, arm));
        body.replaceChildren(...rows.map((one) => one.el));
        if (held) body.querySelector<HTMLElement>(`[data-key="${CSS.escape(held)}"]`)?.focus();
      }
      for (const one of rows) one.update();
      say(head[2]!, text.columns.train);
      say(head[4]!, session.mode ? text.columns.otherInTrain : text.columns.other);
    },
  };
}

function row({ bin, group, model, session, text }: Context, arm: Arm): Row {
  const name = text.arm(arm);
  const draw = h("input", {
    type: "checkbox",
    "aria-label": text.draw(name),
    "data-key": `draw ${arm.name}`,
  });
  bin.listen(draw, "change", () => session.toggle(arm.name));
  const choose = h("input", {
    type: "radio",
    name: group,
    "aria-label": text.choose(name),
    "data-key": `choose ${arm.name}`,
  });
  bin.listen(choose, "change", () => session.set("arm", arm.name));
  const cells = Array.from({ length: 6 }, () => h("td", {}));
  const label = h("label", {}, choose, swatch(arm.look) as unknown as Node, h("span", {}, name));
  const el = h("tr", {}, h("td", {}, draw), h("th", { scope: "row" }, label), ...cells);
  return {
    el,
    update() {
      const epoch = model.get("epoch");
      const { mode } = session;
      draw.checked = session.shown.includes(arm);
      choose.checked = session.arm === arm;
      mark(el, "data-chosen", session.arm === arm);
      const [train, test] = [TRAIN, TEST].map((part) => arm.losses[part]!);
      const best = arm.best < 0 ? NaN : arm.losses[TEST]![0]!.mean[arm.best]!;
      const texts = [
        number(train![mode]!, epoch),
        number(test![mode]!, epoch, true),
        number(test![1 - mode]!, epoch),
        arm.best < 0 ? "–" : `${quantity(best, 3)} · ${arm.best}`,
        number(arm.norms, epoch),
        arm.same ? text.same : text.differs,
      ];
      cells.forEach((cell, i) => say(cell, texts[i]!));
      mark(cells[0]!, "title", exact(train![mode]!, epoch));
      mark(cells[1]!, "title", exact(test![mode]!, epoch));
      mark(cells[2]!, "title", exact(test![1 - mode]!, epoch));
    },
  };
}

/** The mean, and where it is wanted least and greatest over the seeds. */
export function number({ mean, low, high }: Spread, epoch: number, wide = false): string {
  const middle = mean[epoch]!;
  if (!Number.isFinite(middle)) return "NaN";
  const ends = wide && low[epoch] !== high[epoch]
    ? ` (${quantity(low[epoch]!, 3)}–${quantity(high[epoch]!, 3)})`
    : "";
  return quantity(middle, 3) + ends;
}

function exact({ mean }: Spread, epoch: number): string {
  return String(mean[epoch]);
}

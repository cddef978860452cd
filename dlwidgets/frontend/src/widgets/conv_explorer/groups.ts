/** Groups as blocks: which input channels reach which output channels, and what that saves. */

import { h, mark, say } from "../../lib/dom.ts";
import { count, quantity } from "../../lib/format.ts";
import { channelsOf, counts } from "./arithmetic/mod.ts";
import { type Context, outChannel, type Part } from "./part.ts";

/** More channels than this are counted, not drawn. */
const MOST = 64;

/** The blocks and the counts. */
export function groups(context: Context): Part {
  const { bin, session, text } = context;
  const blocks = h("div", { class: "dlw-cv-blocks" });
  const table = h("div", { class: "dlw-cv-costs" });
  const note = h("p", { class: "dlw-cv-soft" });
  bin.listen<MouseEvent>(blocks, "click", (event) => {
    const cell = (event.target as Element).closest<HTMLElement>("[data-out]");
    if (!cell) return;
    const [height, width] = session.picture.size;
    const out = Number(cell.dataset["out"]);
    session.put("position", out * height * width + session.position % (height * width));
    session.put("input_channel", Number(cell.dataset["in"]));
  });
  let known = "";
  return {
    el: h("div", { class: "dlw-cv-groups" }, blocks, h("div", {}, table, note)),
    update() {
      const { setting: s } = session.picture;
      const key = JSON.stringify([s, session.channel, outChannel(context)]);
      if (key === known) return;
      known = key;
      draw(context, blocks);
      costs(context, table);
      const depthwise = s.groups > 1 && s.groups === s.in_channels;
      say(note, depthwise ? text.depthwise : s.groups > 1 ? text.apart(s.groups) : text.joined);
    },
  };
}

/** One square for each pair of channels; those without a kernel stay empty. */
function draw(context: Context, blocks: HTMLElement): void {
  const { session, text } = context;
  const { setting: s } = session.picture;
  const [ins, outs] = [s.in_channels, s.out_channels];
  if (ins > MOST || outs > MOST) return blocks.replaceChildren(text.tooMany(MOST));
  blocks.style.setProperty("--ins", String(ins));
  blocks.style.setProperty("--side", `${Math.max(3, Math.min(30, 190 / Math.max(ins, outs)))}px`);
  mark(blocks, "role", "img");
  mark(blocks, "aria-label", text.blocks(outs, ins, s.groups));
  const cells: HTMLElement[] = [];
  for (let out = 0; out < outs; out++) {
    const joined = channelsOf(s, out);
    for (let channel = 0; channel < ins; channel++) {
      const cell = h("span", { "data-out": out, "data-in": channel });
      mark(cell, "data-joined", joined.includes(channel));
      mark(cell, "data-here", out === outChannel(context) && channel === session.channel);
      cell.style.setProperty(
        "--tint",
        `var(--dlw-series-${(Math.floor(out * s.groups / outs) % 6) + 1})`,
      );
      cell.title = text.pairOf(channel, out, joined.includes(channel));
      cells.push(cell);
    }
  }
  blocks.replaceChildren(...cells);
}

function costs({ session, text }: Context, table: HTMLElement): void {
  const { setting: s } = session.picture;
  const { ungrouped, ...own } = counts(s);
  const rows: [string, number, number][] = [
    [text.parameters, own.parameters, ungrouped.parameters],
    [text.multiplyAdds, own.multiplyAdds, ungrouped.multiplyAdds],
  ];
  const head = ["", `groups=${s.groups}`, "groups=1", ""].map((name) => h("b", {}, name));
  const cells = rows.flatMap(([name, now, full]) => [
    h("span", {}, name),
    h("span", {}, count(now)),
    h("span", {}, count(full)),
    h("span", { class: "dlw-cv-soft" }, now === full ? "" : text.fewer(quantity(full / now, 3))),
  ]);
  table.replaceChildren(...head, ...cells);
}

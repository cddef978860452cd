/** The course of the game: losses, scores, how far the clouds are apart, modes found. */

import { courses } from "../../lib/courses.ts";
import { h, mark } from "../../lib/dom.ts";
import { type Look, look } from "../../lib/palette.ts";
import { unpack } from "../../lib/wire.ts";
import type { Column, Context, Part } from "./session.ts";

/** D and real points first, then G and generated ones: the same looks in all charts. */
const [FIRST, SECOND] = [look(0), look(1)] as const;
const ALONE: Look = { ...look(2), dash: [] };

interface Kind {
  readonly title: string;
  readonly label: string;
  readonly note?: string;
  readonly columns: readonly Column[];
  readonly names: readonly string[];
  readonly looks: readonly Look[];
  ends?(): readonly [number, number] | null;
  level?(): number;
  readonly apart?: number[];
}

export function charts(context: Context): Part {
  const { bin, model, session, text } = context;
  const parts = kinds(context).map((kind) =>
    courses(bin, {
      ...kind,
      version: () => String(session.version),
      steps: () => session.column("round"),
      columns: () => kind.columns.map((name) => session.column(name)),
      now: (curve) => {
        const value = session.now(kind.columns[curve]!);
        return Number.isNaN(value) ? null : value;
      },
    })
  );
  const none = h("p", { class: "dlw-gp-none" }, text.noModes);
  const modes = parts[3]!.el;
  modes.append(none);
  return {
    el: h("div", { class: "dlw-gp-charts" }, ...parts.map((part) => part.el)),
    update() {
      const some = (model.get("_target").centres.shape[0] ?? 0) > 0;
      none.hidden = some;
      mark(modes, "data-none", !some);
      for (const part of parts) part.update();
    },
  };
}

function kinds({ model, text }: Context): Kind[] {
  const squares = (): boolean => model.get("loss") === "least_squares";
  return [
    {
      title: text.lossChart,
      label: text.lossLabel,
      columns: ["loss_d", "loss_g"],
      names: ["D", "G"],
      looks: [FIRST, SECOND],
    },
    {
      title: text.scoreChart,
      label: text.scoreLabel,
      columns: ["real", "fake"],
      names: ["D(x)", "D(G(z))"],
      looks: [FIRST, SECOND],
      // With least squares D(x) is no probability.
      ends: () => squares() ? null : [0, 1],
      level: () => 0.5,
      apart: [0.25, 0.5, 1, 2, 5, 10],
    },
    {
      title: text.distanceChart,
      label: text.distanceLabel,
      note: text.distanceNote,
      columns: ["distance"],
      names: [text.distance],
      looks: [ALONE],
      level: () => unpack(model.get("_target").floor)[0] ?? NaN,
    },
    {
      title: text.modeChart,
      label: text.modeLabel,
      note: text.modeNote,
      columns: ["modes"],
      names: [text.modes],
      looks: [ALONE],
      ends: () => [0, model.get("_target").centres.shape[0] || 1],
    },
  ];
}

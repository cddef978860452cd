/** Scores, losses and gradients of both nets over the steps. */

import type uPlot from "uplot";
import { courses } from "../../lib/courses.ts";
import { h } from "../../lib/dom.ts";
import type { Paint } from "../../lib/frame.ts";
import { look } from "../../lib/palette.ts";
import type { COLUMNS, Context, Part } from "./session.ts";

type Column = typeof COLUMNS[number];

/** D first, then G; real before fake: the same looks in all charts. */
const LOOKS = [look(0), look(1)] as const;

interface Kind {
  readonly title: string;
  readonly label: string;
  readonly note?: string;
  readonly columns: readonly [Column, Column];
  readonly names: readonly [string, string];
  readonly log: boolean;
  /** Fixed ends of the axis. */
  readonly ends?: readonly [number, number];
}

/** The three charts, beside each other. */
export function charts(context: Context): Part {
  const parts = kinds(context).map((kind) => chart(context, kind));
  return {
    el: h("div", { class: "dlw-gm-charts" }, ...parts.map((part) => part.el)),
    update() {
      for (const part of parts) part.update();
    },
  };
}

function kinds({ model, text }: Context): Kind[] {
  const { discriminator: d, generator: g } = model.get("_about");
  return [
    {
      title: text.scores,
      label: text.scoresLabel,
      columns: ["real", "fake"],
      names: [text.real("D"), text.fake("D", "G")],
      log: false,
      ends: [0, 1],
    },
    {
      title: text.losses,
      label: text.lossesLabel,
      columns: ["loss_d", "loss_g"],
      names: [d, g],
      log: false,
    },
    {
      title: text.gradients,
      label: text.gradientsLabel,
      note: text.gradientsNote,
      columns: ["grad_d", "grad_g"],
      names: [text.gradientOf("D"), text.gradientOf("G")],
      log: true,
    },
  ];
}

function chart(context: Context, kind: Kind): Part {
  const { bin, session } = context;
  return courses(bin, {
    title: kind.title,
    label: kind.label,
    ...(kind.note ? { note: kind.note } : {}),
    names: kind.names,
    log: kind.log,
    looks: LOOKS,
    // Where the discriminator can't tell.
    ...(kind.ends ? { ends: () => kind.ends!, level: () => 0.5, apart: [0.25, 0.5] } : {}),
    version: () => String(session.version),
    steps: () => session.column("step"),
    columns: () => kind.columns.map((name) => session.column(name)),
    now: (curve) => at(context, kind.columns[curve]!),
    moving: (plot, ctx, paint) => here(context, plot, ctx, paint),
  });
}

/** The value of a column at the shot that is shown, else the newest that is known. */
function at({ session }: Context, name: Column): number | null {
  const [column, rows] = [session.column(name), session.column("step")];
  const row = rows.findLastIndex((step, i) =>
    (step ?? 0) <= session.shot.step && column[i] !== null
  );
  return row < 0 ? null : column[row]!;
}

/** The step of the shot that is shown. */
function here(
  { session }: Context,
  plot: uPlot,
  ctx: CanvasRenderingContext2D,
  paint: Paint,
): void {
  if (session.shot.count === 0 || session.follows) return;
  const x = plot.valToPos(session.shot.step, "x");
  ctx.strokeStyle = paint["--dlw-accent"]!;
  ctx.lineWidth = 1.5;
  ctx.beginPath();
  ctx.moveTo(x, 0);
  ctx.lineTo(x, plot.over.clientHeight);
  ctx.stroke();
}

/** What a hand does on the chart: move, zoom, read, and split. */

import type uPlot from "uplot";
import { h, mark } from "../../lib/dom.ts";
import type { Context, Part, Session } from "./session.ts";

/** How much a turn of the wheel, a key or a button zooms. */
export const ZOOM = 1.4;

/** The line between training and test part: to be dragged, or moved by keys. */
export function divider({ bin, session, text }: Context, plot: () => uPlot | null): Part {
  const el = h("div", {
    class: "dlw-fc-split",
    role: "slider",
    tabindex: 0,
    "aria-label": text.splitLabel,
    "aria-orientation": "horizontal",
  });
  const rowAt = (event: PointerEvent): number => {
    const box = plot()!.over.getBoundingClientRect();
    return Math.round(plot()!.posToVal(event.clientX - box.left, "x") + 0.5);
  };
  let held = false;
  bin.listen<PointerEvent>(el, "pointerdown", (event) => {
    if (event.button !== 0 || !plot()) return;
    held = true;
    el.setPointerCapture(event.pointerId);
    event.stopPropagation();
  });
  bin.listen<PointerEvent>(el, "pointermove", (event) => {
    if (!held) return;
    event.stopPropagation();
    session.divide(rowAt(event), false);
  });
  bin.listen<PointerEvent>(el, "pointerup", (event) => {
    if (!held) return;
    held = false;
    event.stopPropagation();
    session.divide(rowAt(event), true);
  });
  bin.listen(el, "pointercancel", () => held = false);
  bin.listen<KeyboardEvent>(el, "keydown", (event) => {
    const far = Math.max(1, Math.round(session.truth.length / 50));
    const by = {
      ArrowRight: 1,
      ArrowUp: 1,
      ArrowLeft: -1,
      ArrowDown: -1,
      PageUp: far,
      PageDown: -far,
      Home: -Infinity,
      End: Infinity,
    }[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    session.divide(session.split + by, true);
  });
  return {
    el,
    update() {
      const { split } = session;
      const { low, high } = session.knob("split");
      const days = session.truth.length;
      mark(el, "aria-valuemin", String(Math.round(low * days)));
      mark(el, "aria-valuemax", String(Math.round(high * days)));
      mark(el, "aria-valuenow", String(split));
      mark(el, "aria-valuetext", session.day(split));
      mark(el, "title", text.splitAt(session.day(split)));
      const now = plot();
      if (!now) return;
      const left = now.valToPos(split - 0.5, "x");
      el.hidden = left < 0 || left > now.over.clientWidth;
      el.style.left = `${now.over.offsetLeft + left}px`;
    },
  };
}

/** Dragging moves, the wheel zooms, hovering reads, keys do all of it. */
export function gestures(
  { announcer, bin, session, text }: Context,
  stand: HTMLElement,
  plot: () => uPlot | null,
): void {
  let from: { readonly at: number; readonly span: Session["span"] } | null = null;
  const rowAt = (event: MouseEvent): number => {
    const now = plot()!;
    return now.posToVal(event.clientX - now.over.getBoundingClientRect().left, "x");
  };
  bin.listen<PointerEvent>(stand, "pointerdown", (event) => {
    if (event.button !== 0 || !plot()) return;
    from = { at: event.clientX, span: session.span };
    stand.setPointerCapture(event.pointerId);
    session.look(rowAt(event));
  });
  bin.listen<PointerEvent>(stand, "pointermove", (event) => {
    const now = plot();
    if (!now) return;
    if (!from) return session.look(rowAt(event));
    session.span = from.span;
    session.pan((from.at - event.clientX) / now.over.clientWidth);
  });
  for (const end of ["pointerup", "pointercancel"]) bin.listen(stand, end, () => from = null);
  bin.listen<WheelEvent>(stand, "wheel", (event) => {
    // A page that is scrolled past a chart must go on scrolling.
    if (!plot() || !(event.ctrlKey || event.metaKey || stand.contains(document.activeElement))) {
      return;
    }
    event.preventDefault();
    session.zoom(event.deltaY > 0 ? ZOOM : 1 / ZOOM, rowAt(event));
  }, { passive: false });
  bin.listen<KeyboardEvent>(stand, "keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = {
      ArrowLeft: () => session.pan(-0.1),
      ArrowRight: () => session.pan(0.1),
      PageUp: () => session.pan(-0.8),
      PageDown: () => session.pan(0.8),
      "+": () => session.zoom(1 / ZOOM),
      "=": () => session.zoom(1 / ZOOM),
      "-": () => session.zoom(ZOOM),
      Home: () => session.see([0, session.last]),
      End: () => session.seeTest(),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
    announcer.tell(text.seen(...session.seen));
  });
}

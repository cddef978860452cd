// Written by contract.py from the traits of the Python classes; change those, then run it.

import type { WireArray } from "./lib/wire.ts";

/** A live chart of a run, with buttons to pause, step and stop it and sliders for its knobs. */
export interface TrainMonitorTraits {
  /** Whether the chart is logarithmic. */
  log_scale: boolean;
  /** Weight of the past in the smoothed curves, per drawn point; 0 draws no such curve. */
  smoothing: number;
  /** What the run is doing (read only). */
  state:
    | "ready"
    | "running"
    | "paused"
    | "finished"
    | "stopped"
    | "diverged"
    | "failed"
    | "interrupted";
  /** The curves as of delta `seq`: two values for each bucket of `width` steps. */
  _chart: {
    seq: number;
    width: number;
    length: number;
    last: WireArray<"float64">;
    series: {
      name: string;
      points: WireArray<"float32">;
    }[];
  };
  /** When commands arrive: at the next step, when the cell is done, or never again. */
  _controls: "live" | "between" | "none";
  /** Why the run diverged; empty if it did not. */
  _diagnosis: string;
  /** What happened besides the steps, thinned. */
  _events: {
    step: number;
    seconds: number | null;
    kind:
      | "set"
      | "code"
      | "pause"
      | "resume"
      | "step"
      | "stop"
      | "interrupt"
      | "diverged"
      | "failed";
    name: string;
    old: number | null;
    new: number | null;
  }[];
  /** An error in a handler, in one line; empty if none. */
  _failure: string;
  /** Pictures of `--show`, oldest first. */
  _frames: {
    name: string;
    step: number;
    kind: "image" | "curve";
    data: WireArray<"uint8" | "float32">;
  }[];
  /** What can be turned; main knobs stand out. */
  _knobs: {
    name: string;
    main: boolean;
    value: number | null;
    pending: number | null;
    scheduled: number | null;
    low: number;
    high: number;
    log: boolean;
  }[];
  /** The chosen language; empty follows the page. */
  _language: "" | "en" | "zh";
  /** How far the run has come; cost is in per cent, times in s. */
  _status: {
    steps: number;
    rate: number | null;
    elapsed: number | null;
    cost: number | null;
    fraction: number | null;
    eta: number | null;
    epoch: number | null;
    epochs: number | null;
  };
  /** The run's name. */
  _title: string;
}

// Written by contract.py from the traits of the Python classes; change those, then run it.

import type { WireArray } from "./lib/wire.ts";

/** Activation functions as curves: values, slopes, saturation, and gradients through a stack. */
export interface ActivationExplorerTraits {
  /** How the weights of the deep stack are drawn. */
  init: "pytorch" | "xavier" | "kaiming";
  /** Where the functions are read; the nearest place of the axis. */
  probe: number;
  /** The derivatives, (functions, places). */
  _dy: WireArray<"float64">;
  /** An error in a handler, in one line; empty if none. */
  _failure: string;
  /** Of each function, the share of the inputs where its slope is flat. */
  _flat: WireArray<"float64">;
  /** The gradient by layer, the last being 1, (functions, inits, layers). */
  _flow: WireArray<"float64">;
  /** How many inputs lie between two places; empty without inputs. */
  _inputs: WireArray<"float64">;
  /** The chosen language; empty follows the page. */
  _language: "" | "en" | "zh";
  /** The functions that can be added by name. */
  _names: string[];
  /** How many inputs lie beyond the axis, or are no numbers. */
  _outside: number;
  /** The functions: names, lines of code, formulas. */
  _rows: {
    name: string;
    code: string;
    y: string;
    dy: string;
  }[];
  /** The places on the axis. */
  _x: WireArray<"float64">;
  /** The values, (functions, places). */
  _y: WireArray<"float64">;
}

/** A convolution or pooling layer, cell by cell: move the window, change anything, see the sum. */
export interface ConvExplorerTraits {
  /** Whether a number is added to each output channel. */
  bias: boolean;
  /** Whether a last pooling window may stick out of the input. */
  ceil_mode: boolean;
  /** Whether the ring counts in an average. */
  count_include_pad: boolean;
  /** Distance between the cells that the kernel reads. */
  dilation: number[];
  /** Blocks of channels that do not see each other. */
  groups: number;
  /** Channels of the input. */
  in_channels: number;
  /** The input channel that is shown. */
  input_channel: number;
  /** Rows and columns of the kernel or window. */
  kernel_size: number[];
  /** Which layer it is. */
  kind: "conv" | "transposed" | "max" | "avg";
  /** Channels of the output; of pooling, those of the input. */
  out_channels: number;
  /** Rows and columns added to the output of a transposed convolution. */
  output_padding: number[];
  /** Cells around the input, or 'same' or 'valid'. */
  padding: number[] | "same" | "valid";
  /** What the ring holds. */
  padding_mode: "zeros" | "reflect" | "replicate" | "circular";
  /** What stands under the grids. */
  panel: "size" | "views" | "groups" | "matrix";
  /** Whether the window walks on its own. */
  playing: boolean;
  /** Where the window stands: the flat index of its output cell, channels first. */
  position: number;
  /** Whether a ReLU follows (figure 6-13). */
  relu: boolean;
  /** Cells a second while playing. */
  speed: number;
  /** Steps of the window down and to the right. */
  stride: number[];
  /** The bias; empty for none. */
  _bias: WireArray<"float32" | "float64">;
  /** An error in a handler, in one line; empty if none. */
  _failure: string;
  /** The input, (C, H, W). */
  _input: WireArray<"float32" | "float64">;
  /** The chosen language; empty follows the page. */
  _language: "" | "en" | "zh";
  /** What is asked; no tasks for no quiz. */
  _quiz: {
    tasks: number[];
    at: number;
    tries: string[][];
    ends: ("" | "right" | "shown")[];
  };
  /** Torch's own output, flattened: the picture's judge. */
  _torch: WireArray<"float32" | "float64">;
  /** The weights in torch's order; empty for pooling. */
  _weight: WireArray<"float32" | "float64">;
}

/** Adversarial training, look by look: scores, gradients, samples of one noise, diagnosis. */
export interface GanMonitorTraits {
  /** Which shot of the film is shown, from 0; -1 follows the newest. */
  frame: number;
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
  /** Who plays; cost in per cent of the time. */
  _about: {
    generator: string;
    discriminator: string;
    logits: boolean;
    noise: number;
    real: number;
    classes: number;
    accuracy: number | null;
    trusted: boolean;
    cost: number | null;
    stride: number;
    bytes: number;
  };
  /** An error in a handler, in one line; empty if none. */
  _failure: string;
  /** What ails the game, with the evidence. */
  _findings: {
    code: "vanishing" | "too_strong" | "collapse" | "oscillation";
    gradient: number | null;
    greatest: number | null;
    real: number | null;
    fake: number | null;
    spread: number | null;
    covered: number | null;
    classes: number | null;
    accuracy: number | null;
    period: number | null;
    swing: number | null;
  }[];
  /** The chosen language; empty follows the page. */
  _language: "" | "en" | "zh";
  /** Whether there is anything to say. */
  _phase: "waiting" | "nobody" | "early" | "looked";
  /** Looks: step, losses, scores, gradients (D before G), spread, classes covered. */
  _readings: WireArray<"float32">;
  /** The shot that is shown, with its scores. */
  _shown: {
    step: number;
    index: number;
    columns: number;
    tiles: WireArray<"uint8">;
    scores: WireArray<"float32">;
    guesses: WireArray<"int8">;
    asked: WireArray<"int16">;
  };
  /** The step of each shot. */
  _steps: WireArray<"int32">;
  /** Counts what is sent, so that the page can say what it has drawn. */
  _tick: number;
  /** The run's name. */
  _title: string;
}

/** A loss on logits that can be dragged: probabilities, terms, gradients and the code, together. */
export interface LossExplorerTraits {
  /** Which loss. */
  kind: "cross_entropy" | "bce" | "mse";
  /** Of cross entropy: the share spread over all classes. */
  label_smoothing: number;
  /** As torch's losses have it. */
  reduction: "mean" | "sum" | "none";
  /** Which question of the page torch has answered. */
  _asked: number;
  /** An error in a handler, in one line; empty if none. */
  _failure: string;
  /** Torch's gradient of the value, like the logits. */
  _gradient: WireArray<"float64">;
  /** The names of the classes; empty for their numbers. */
  _labels: string[];
  /** The chosen language; empty follows the page. */
  _language: "" | "en" | "zh";
  /** Logits or predictions, (samples, classes). */
  _logits: WireArray<"float64">;
  /** Classes (samples, 1), or numbers like the logits. */
  _target: WireArray<"float64">;
  /** Torch's loss before reduction, flattened. */
  _terms: WireArray<"float64">;
  /** Torch's loss, one number; of no reduction the sum. */
  _value: WireArray<"float64">;
  /** One weight a class. */
  _weight: WireArray<"float64">;
}

/** The layers of a model in the order in which they run; each opens on what flows through it. */
export interface ModelExplorerTraits {
  /** How the model is run: as after model.eval(), or each layer in its own mode. */
  mode: "eval" | "own";
  /** Which sample of the batch is shown, from 0. */
  sample: number;
  /** The explorer of the open layer, as IPY_MODEL_ and its id; empty if none. */
  _child: string;
  /** An error in a handler, in one line; empty if none. */
  _failure: string;
  /** Whether an input was given. */
  _fed: boolean;
  /** The names of the classes, if they are known. */
  _labels: string[];
  /** The chosen language; empty follows the page. */
  _language: "" | "en" | "zh";
  /** One row for each call of each layer. */
  _layers: {
    path: string;
    kind: string;
    arguments: string;
    depth: number;
    call: number;
    more: number;
    inputs: string;
    output: string;
    failed: boolean;
    parameters: number | null;
    trainable: number;
    own: number;
    shared: string;
    multiply_adds: number | null;
    training: boolean;
    hooks: number;
    registered: boolean;
  }[];
  /** What was done to the input, and to the model. */
  _notes: string[];
  /** Which row is open, at which tab. */
  _open: {
    row: number;
    tab: "explorer" | "output" | "input" | "weights";
    tabs: ("explorer" | "output" | "input" | "weights")[];
    part: number;
    parts: string[];
    sampled: boolean;
    note: string;
  };
  /** What the open tab shows. */
  _picture: {
    kind: "maps" | "bars" | "none";
    values: WireArray<"float32">;
    lead: number[];
    first: number;
    total: number;
    size: number[];
    step: number[];
    scale: number;
    stats: WireArray<"float64">;
    counts: WireArray<"uint32">;
    note: string;
  };
  /** The class of the model. */
  _title: string;
  /** What is to be said of the whole model. */
  _total: {
    cut: number;
    parameters: number | null;
    trainable: number;
    multiply_adds: number | null;
    samples: number | null;
    error: string;
    place: string;
  };
}

/** Every run of a sweep: a slider over the values, curves, final losses, and the fit. */
export interface SweepExplorerTraits {
  /** Whether losses stand on a logarithmic axis. */
  log_scale: boolean;
  /** Which run is chosen, as in sweep.settings. */
  run: number;
  /** The accuracy on the test samples; empty without classes. */
  _accuracy: WireArray<"float64">;
  /** Why runs were trained one after another; empty if at once. */
  _apart: string;
  /** What was swept: one or two options. */
  _axes: {
    name: string;
    labels: string[];
    values: WireArray<"float64">;
    log: boolean;
  }[];
  /** The run with the lowest final loss; -1 if all diverged. */
  _best: number;
  /** The line that makes the optimizer of each run. */
  _code: string[];
  /** How many steps each run has taken. */
  _count: number;
  /** An error in a handler, in one line; empty if none. */
  _failure: string;
  /** The loss after the last step, of each run. */
  _final: WireArray<"float64">;
  /** The chosen language; empty follows the page. */
  _language: "" | "en" | "zh";
  /** Training losses, (runs, steps shown). */
  _losses: WireArray<"float32">;
  /** The class of torch.optim. */
  _optimizer: string;
  /** What each model has learned. */
  _picture: {
    kind: "fit" | "map" | "none";
    reach: WireArray<"float32">;
    values: WireArray<"float32" | "uint8">;
    points: WireArray<"float32">;
    labels: WireArray<"uint8">;
  };
  /** The loss before the first step, one number. */
  _start: WireArray<"float64">;
  /** The steps of which losses are shown. */
  _steps: WireArray<"int32">;
  /** The loss on the test samples; empty without such. */
  _test: WireArray<"float64">;
  /** What became of each run. */
  _zones: ("small" | "good" | "unstable" | "worse" | "diverged")[];
}

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
    whole: boolean;
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

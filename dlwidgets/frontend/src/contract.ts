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

/** Broadcasting, cell by cell: which axes are stretched, and which two numbers make each result. */
export interface BroadcastExplorerTraits {
  /** Whether the result is written into a, as a.add_(b) does. */
  in_place: boolean;
  /** What is done to each pair of numbers. */
  op: "add" | "sub" | "mul" | "div" | "pow" | "maximum" | "minimum" | "eq" | "gt" | "lt";
  /** The first tensor. */
  _a: {
    shape: number[];
    dtype: string;
    at: number[];
    rows: number;
    columns: number;
    text: string[];
    exact: string[];
    code: string;
    own: boolean;
    changed: boolean;
  };
  /** The axes, aligned from the right; -1 is not there. */
  _axes: {
    a: number;
    b: number;
    out: number;
  }[];
  /** The second tensor. */
  _b: {
    shape: number[];
    dtype: string;
    at: number[];
    rows: number;
    columns: number;
    text: string[];
    exact: string[];
    code: string;
    own: boolean;
    changed: boolean;
  };
  /** The line that computes it. */
  _code: string;
  /** Torch's own words; empty if it agrees. */
  _error: string;
  /** An error in a handler, in one line; empty if none. */
  _failure: string;
  /** The chosen language; empty follows the page. */
  _language: "" | "en" | "zh";
  /** The result; no cells if refused. */
  _out: {
    shape: number[];
    dtype: string;
    at: number[];
    rows: number;
    columns: number;
    text: string[];
    exact: string[];
  };
  /** Changes after which the shapes fit. */
  _remedies: {
    which: "a" | "b";
    code: string;
    shape: number[];
    out: number[];
  }[];
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

/** A tensor beside its memory: strides, views and copies, indices and reductions, by torch. */
export interface TensorExplorerTraits {
  /** What is shown. */
  tab: "memory" | "compute";
  /** What the chain may go on with. */
  _calls: string[];
  /** Which step is shown. */
  _chosen: number;
  /** The line that makes the chosen step. */
  _code: string;
  /** The line that computes the result. */
  _expression: string;
  /** The tensor that was opened. */
  _facts: {
    dtype: string;
    device: string;
    shape: number[];
    grad: boolean;
    mine: boolean;
  };
  /** An error in a handler, in one line; empty if none. */
  _failure: string;
  /** The chosen language; empty follows the page. */
  _language: "" | "en" | "zh";
  /** The numbers of the chosen step. */
  _numbers: {
    shape: number[];
    dtype: string;
    at: number[];
    rows: number;
    columns: number;
    text: string[];
    exact: string[];
  };
  /** Expressions to begin with, by kind. */
  _presets: Record<string, string[]>;
  /** Why torch refused an expression. */
  _refusal: {
    error: string;
    hint: string;
    remedies: string[];
  };
  /** What an expression gives. */
  _result: {
    shape: number[];
    dtype: string;
    at: number[];
    rows: number;
    columns: number;
    text: string[];
    exact: string[];
    typed: string;
    parts: string[];
    part: number;
    value: string;
    how: "view" | "copy" | "writes" | "value" | "none";
    rule: string;
    traced: boolean;
    places: WireArray<"int32">;
  };
  /** The tensor that an expression is asked of. */
  _source: {
    shape: number[];
    dtype: string;
    at: number[];
    rows: number;
    columns: number;
    text: string[];
    exact: string[];
  };
  /** The chain of operations, each on the one before. */
  _steps: {
    call: string;
    shape: number[];
    stride: number[];
    offset: number;
    contiguous: boolean;
    how: "start" | "shares" | "same" | "copies";
    memory: number;
    changed: boolean;
    parent: number;
  }[];
  /** Its memory, in order. */
  _strip: {
    start: number;
    total: number;
    text: string[];
    exact: string[];
  };
  /** Why torch refused the last operation. */
  _trouble: {
    error: string;
    hint: string;
    remedies: string[];
  };
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

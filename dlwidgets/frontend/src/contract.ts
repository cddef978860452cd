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

/** The graph of a tensor: leaves to drag, gradients at every node, backward step by step. */
export interface AutogradExplorerTraits {
  /** Which question of the page torch has answered. */
  _asked: number;
  /** Python that gives the gradients that are shown; empty where too long. */
  _code: string;
  /** The inputs of the Jacobian. */
  _columns: string[];
  /** Whether a leaf has another value than the user's. */
  _edited: boolean;
  /** An error in a handler, in one line; empty if none. */
  _failure: string;
  /** The first numbers of each gradient, one after another. */
  _gradients: WireArray<"float64">;
  /** One row an output, one column an input; empty where too large. */
  _jacobian: WireArray<"float64">;
  /** The chosen language; empty follows the page. */
  _language: "" | "en" | "zh";
  /** Every gradient that is handed on, in the order of autograd. */
  _moves: {
    step: number;
    operator: number;
    variable: number;
    slot: number;
    product: boolean;
    upstream: number;
    slope: number;
    result: number;
  }[];
  /** Upstream, local derivative and result of each move, one after another. */
  _numbers: WireArray<"float64">;
  /** The squares that are shown, as backward comes to them. */
  _operators: {
    key: number;
    name: string;
    short: string;
    sign: string;
    slopes: string[];
    inputs: number[];
    outputs: number[];
    known: boolean;
  }[];
  /** The variable that the graph is about. */
  _root: number;
  /** The variable from which the window looks back. */
  _start: number;
  /** Of each variable min, mean, max, norm of the value and of the gradient. */
  _stats: WireArray<"float64">;
  /** Operators of the whole graph. */
  _total: number;
  /** What was tried last. */
  _tried:
    | ""
    | "accumulate"
    | "zero"
    | "twice"
    | "retain"
    | "detach"
    | "no_grad"
    | "inplace"
    | "leaf"
    | "inner"
    | "vector";
  /** Where .grad is None. */
  _tried_absent: WireArray<"bool">;
  /** The lines that do it. */
  _tried_code: string;
  /** Torch's own error. */
  _tried_error: string;
  /** One row a backward pass: .grad of each tensor. */
  _tried_frames: WireArray<"float64">;
  /** The tensors whose .grad is shown. */
  _tried_names: string[];
  /** The tensor that something was done to. */
  _tried_target: string;
  /** Torch's own warning. */
  _tried_warning: string;
  /** How many numbers of each. */
  _tried_widths: number[];
  /** The same as torch leaves them in .grad, by another backward pass. */
  _truth: WireArray<"float64">;
  /** Operators that can't be computed again. */
  _unknown: string[];
  /** The first numbers of each variable, one after another. */
  _values: WireArray<"float64">;
  /** The circles that are shown. */
  _variables: {
    key: number;
    kind: "leaf" | "constant" | "result";
    name: string;
    shape: number[];
    count: number;
    known: boolean;
    gradient: boolean;
    editable: boolean;
    recovered: boolean;
    hidden: number;
  }[];
  /** The gradient from which backward begins, its first numbers. */
  _vector: WireArray<"float64">;
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

/** A DataFrame or Series with both its rulers, labels and positions, to be selected from. */
export interface FrameExplorerTraits {
  /** The way of selecting that is shown. */
  accessor: "[]" | ".loc" | ".iloc" | ".at" | ".iat" | "mask" | ".query";
  /** What is selected, as code; set it to select. */
  expression: string;
  /** What is shown. */
  panel: "select" | "lessons" | "changes" | "quiz";
  /** The last change, and the lines. */
  _changes: {
    code: string;
    steps: number;
    series: boolean;
    rows: {
      before: string;
      after: string;
      tone: "" | "added" | "removed" | "changed";
      place: number;
      skipped: number;
      dtype_before: string;
      dtype_after: string;
    }[];
    columns: {
      before: string;
      after: string;
      tone: "" | "added" | "removed" | "changed";
      place: number;
      skipped: number;
      dtype_before: string;
      dtype_after: string;
    }[];
    cells: {
      before: string;
      after: string;
      tone: "" | "added" | "removed" | "changed";
    }[][];
    rows_left: number;
    columns_left: number;
    words: {
      en: string;
      zh: string;
    };
    warnings: string[];
    cut: number[];
    examples: string[];
  };
  /** An error in a handler, in one line; empty if none. */
  _failure: string;
  /** The frames that are on the page, by name. */
  _grids: Record<string, {
    version: number;
    series: boolean;
    name: string;
    rows: {
      size: number;
      names: string[];
      levels: number;
      dtype: string;
    };
    columns: {
      size: number;
      names: string[];
      levels: number;
      dtype: string;
    };
    first: {
      rows: number[];
      columns: number[];
      row_labels: string[][];
      column_labels: string[][];
      dtypes: string[];
      align: string[];
      texts: string[][];
      missing: string[][];
      flags: WireArray<"uint8">;
    };
  }>;
  /** The chosen language; empty follows the page. */
  _language: "" | "en" | "zh";
  /** The lesson that is open. */
  _lesson: {
    key: "" | "end" | "labels" | "repeated" | "brackets" | "kinds" | "missing" | "chained";
    own: boolean;
    name: string;
    setup: string;
    why: {
      en: string;
      zh: string;
    };
    title: {
      en: string;
      zh: string;
    };
    moral: {
      en: string;
      zh: string;
    };
    steps: {
      code: string;
      kind: string;
      shape: string;
      exception: string;
      message: string;
      nearest: string;
      warnings: string[];
      cells: number;
      row: number;
      column: number;
      words: {
        en: string;
        zh: string;
      };
    }[];
    at: number;
  };
  /** What can be picked with each accessor. */
  _offered: Record<string, {
    rows: ("all" | "one" | "list" | "slice" | "mask")[];
    columns: ("all" | "one" | "list" | "slice" | "mask")[];
  }>;
  /** What the selection gives, without its cells. */
  _outcome: {
    version: number;
    typed: string;
    code: string;
    kind: "scalar" | "Series" | "DataFrame" | "Index" | "other" | "error";
    shape: number[];
    dtype: string;
    value: string;
    lit: number;
    first: number[];
    computed: boolean;
    picked: boolean;
    notes: {
      en: string;
      zh: string;
    }[];
    warnings: string[];
    error: {
      reason: string;
      exception: string;
      message: string;
      words: {
        en: string;
        zh: string;
      };
      nearest: string;
      start: number;
      stop: number;
    };
  };
  /** What the pickers show. */
  _picks: {
    rows: {
      kind: "all" | "one" | "list" | "slice" | "mask";
      at: (number | string)[];
      start: number | string | null;
      stop: number | string | null;
      step: number | null;
      column: number;
      operator:
        | ">"
        | ">="
        | "<"
        | "<="
        | "=="
        | "!="
        | "isin"
        | "between"
        | "isna"
        | "notna"
        | "contains"
        | "startswith";
      value: string;
      names: Record<string, string>;
    };
    columns: {
      kind: "all" | "one" | "list" | "slice" | "mask";
      at: (number | string)[];
      start: number | string | null;
      stop: number | string | null;
      step: number | null;
      column: number;
      operator:
        | ">"
        | ">="
        | "<"
        | "<="
        | "=="
        | "!="
        | "isin"
        | "between"
        | "isna"
        | "notna"
        | "contains"
        | "startswith";
      value: string;
      names: Record<string, string>;
    };
  };
  /** What is asked; none for no quiz. */
  _questions: {
    kind: "cells" | "type" | "shape";
    code: string;
    setup: string;
    why: {
      en: string;
      zh: string;
    };
    rows: string[];
    columns: string[];
    texts: string[][];
    options: {
      text: {
        en: string;
        zh: string;
      };
      cells: number[][];
      words: {
        en: string;
        zh: string;
      };
    }[];
    right: number;
    cells: number[][];
    result: string;
  }[];
  /** How far the quiz is. */
  _quiz: {
    at: number;
    tries: number[][];
    ends: ("" | "right" | "shown")[];
  };
  /** How often the frame was found changed by others. */
  _renewed: number;
  /** Other ways to write the selection. */
  _spellings: {
    version: number;
    done: boolean;
    rows: {
      code: string;
      words: {
        en: string;
        zh: string;
      };
      idiomatic: boolean;
    }[];
  };
  /** A statement that failed, if one did. */
  _tried: {
    code: string;
    exception: string;
    message: string;
    words: {
      en: string;
      zh: string;
    };
    nearest: string;
    start: number;
    stop: number;
  };
  /** What the frame is called in code. */
  _variable: string;
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

/** A latent space to be touched: sliders, plane, ways between pictures, drawings, samples. */
export interface LatentExplorerTraits {
  /** The two dimensions of the plane: across, and up. */
  dims: number[];
  /** The way from the first picture to the second. */
  path: "linear" | "spherical";
  /** The three samples of ways and sums: a, b and c. */
  picks: number[];
  /** Two dimensions, or the two principal components. */
  plane: "pair" | "pca";
  /** Of the random samples. */
  seed: number;
  /** Where its columns stand on the plane. */
  _across: WireArray<"float64">;
  /** The two directions of the plane. */
  _axes: WireArray<"float32">;
  /** How many of its values are NaN or infinite. */
  _broken: number;
  /** The names of the classes. */
  _classes: string[];
  /** The line that decodes, before and after the numbers. */
  _code: string[];
  /** What the run has logged of KL and reconstruction. */
  _curves: {
    name: string;
    steps: WireArray<"float64">;
    values: WireArray<"float64">;
  }[];
  /** Which dimensions carry nothing. */
  _dead: WireArray<"bool">;
  /** Whether samples are pictures. */
  _drawable: boolean;
  /** Mean squared error and cross entropy of all points. */
  _errors: WireArray<"float64">;
  /** An error in a handler, in one line; empty if none. */
  _failure: string;
  /** Where each dimension begins. */
  _home: WireArray<"float32">;
  /** What is decoded from it, as pixels. */
  _image: WireArray<"uint8">;
  /** The class of each point, -1 without one. */
  _labels: WireArray<"int32">;
  /** The chosen language; empty follows the page. */
  _language: "" | "en" | "zh";
  /** Decoded from a grid of the plane. */
  _manifold: WireArray<"uint8">;
  /** What the user should know of what is shown. */
  _notes: {
    code: string;
    values: string[];
  }[];
  /** The dimensions, the most worth first. */
  _order: WireArray<"int32">;
  /** The mean squared error of each. */
  _pair_errors: WireArray<"float64">;
  /** Originals, then as many reconstructions. */
  _pairs: WireArray<"uint8">;
  /** The three samples that were picked. */
  _picked: WireArray<"uint8">;
  /** Where the points stand on the plane. */
  _places: WireArray<"float32">;
  /** Between which values each dimension is moved. */
  _reach: WireArray<"float32">;
  /** Decoded from random codes. */
  _samples: WireArray<"uint8">;
  /** The sample looked at. */
  _seen: {
    index: number;
    pictures: WireArray<"uint8">;
    mu: WireArray<"float32">;
    sigma: WireArray<"float32">;
    draws: WireArray<"uint8">;
    places: WireArray<"float32">;
    seed: number;
    error: number;
  };
  /** Of the variance, what each of them holds. */
  _shares: WireArray<"float64">;
  /** Rows and columns of a decoded picture. */
  _size: number[];
  /** Whether the parameters have changed since points were encoded. */
  _stale: boolean;
  /** Pictures on the way from a to b. */
  _strip: WireArray<"uint8">;
  /** What is decoded from a − b + c. */
  _sum: WireArray<"uint8">;
  /** What was opened. */
  _title: string;
  /** Where this way goes on the plane. */
  _track: WireArray<"float32">;
  /** Where its rows stand, the lowest first. */
  _up: WireArray<"float64">;
  /** Whether codes are distributions. */
  _variational: boolean;
  /** KL of each dimension in nats; of points their variance. */
  _worth: WireArray<"float64">;
  /** The code. */
  _z: WireArray<"float32">;
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
  _notes: {
    en: string;
    zh: string;
  }[];
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
    note: {
      en: string;
      zh: string;
    };
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
    place: {
      en: string;
      zh: string;
    };
  };
}

/** Optimizers of torch race from one start; every step can be taken apart. */
export interface OptimizerExplorerTraits {
  /** Which of the two parameters is taken apart. */
  number: 0 | 1;
  /** Whose steps are taken apart. */
  racer: number;
  /** Which place of the paths is shown, 0 being the start. */
  step: number;
  /** What is shown. */
  tab: "race" | "schedules";
  /** Which question of the page has been answered. */
  _asked: number;
  /** What each net has learned, (racers, steps + 1, places). */
  _curves: WireArray<"float32">;
  /** An error in a handler, in one line; empty if none. */
  _failure: string;
  /** The chosen language; empty follows the page. */
  _language: "" | "en" | "zh";
  /** The losses on them, (racers, steps + 1). */
  _losses: WireArray<"float64">;
  /** The surface over the window, the first row at the lowest y. */
  _map: WireArray<"float32">;
  /** The two numbers that are followed. */
  _names: string[];
  /** Optimizers that can be added by name. */
  _optimizers: string[];
  /** The paths, (racers, steps + 1, 2). */
  _points: WireArray<"float64">;
  /** Who takes part. */
  _racers: {
    name: string;
    tuned: boolean;
    schedule: string;
    code: string;
    stopped: number;
    stages: {
      begin: number;
      title: string;
      source: string;
      options: string[];
      flags: string[];
      values: WireArray<"float64">;
    }[];
  }[];
  /** The rate of each schedule, (schedules, steps). */
  _rates: WireArray<"float64">;
  /** What each optimizer held. */
  _records: {
    pieces: {
      begin: number;
      title: string;
      first: string[][];
      lines: string[][];
      state: string[][];
      notes: string[];
    }[];
    gradients: WireArray<"float64">;
    options: string[];
    letters: string[];
    held: WireArray<"float64">;
    state: string[];
    before: WireArray<"float64">;
    after: WireArray<"float64">;
  }[];
  /** What the nets learn, (samples, 2). */
  _samples: WireArray<"float32">;
  /** The schedules that are drawn. */
  _schedules: {
    name: string;
    source: string;
    done: number;
    given: boolean;
  }[];
  /** Schedules that can be added by name. */
  _shapes: string[];
  /** The surface as an expression, or its own name. */
  _source: string;
  /** Where all begin, x and y. */
  _start: WireArray<"float64">;
  /** How many steps a race has. */
  _steps: number;
  /** What is run on. */
  _surface: string;
  /** What can be run on, by name. */
  _surfaces: string[];
  /** x from, x to, y from, y to; empty for the net. */
  _window: WireArray<"float64">;
}

/** Polynomials of degree 0 to 12 on your points: 欠拟合, 合适, 过拟合 (book 5.3, figure 5-5). */
export interface PolynomialExplorerTraits {
  /** How many training points are drawn. */
  count: number;
  /** The degree of the polynomial that is drawn. */
  degree: number;
  /** Standard deviation of the noise. */
  noise: number;
  /** λ of the penalty on all coefficients but the constant. */
  ridge: number;
  /** Which points are drawn, or kept aside. */
  seed: number;
  /** Where curves are drawn. */
  _along: WireArray<"float64">;
  /** The degree with the least test error. */
  _best: number;
  /** Lines that compute the fit of each degree. */
  _code: string[];
  /** Of the powers of the scaled x, (degrees, degrees). */
  _coefficients: WireArray<"float64">;
  /** The curve of each degree there. */
  _curves: WireArray<"float64">;
  /** Mean squared errors on training and test points, (2, degrees). */
  _errors: WireArray<"float64">;
  /** An error in a handler, in one line; empty if none. */
  _failure: string;
  /** The chosen language; empty follows the page. */
  _language: "" | "en" | "zh";
  /** Whether the points are the user's. */
  _own: boolean;
  /** Training points, (n, 2). */
  _points: WireArray<"float64">;
  /** What each degree is. */
  _regimes: ("under" | "good" | "over")[];
  /** Test points, (n, 2). */
  _test: WireArray<"float64">;
  /** The law there; empty where nobody knows it. */
  _truth: WireArray<"float64">;
}

/** Dropout, batch norm, decay and initialisation as arms of one comparison (book 5.3). */
export interface RegularizationExplorerTraits {
  /** The arm that is looked into. */
  arm: string;
  /** The epoch at which the table reads the curves. */
  epoch: number;
  /** What is looked at in the arm. */
  lens: "dropout" | "batch_norm" | "weights" | "signal";
  /** Whether losses stand on a logarithm. */
  log_scale: boolean;
  /** The arms whose curves are drawn. */
  shown: string[];
  /** Whether losses and layers are those of training mode. */
  training: boolean;
  /** What came of each arm. */
  _arms: {
    name: string;
    kind: string;
    strength: WireArray<"float64">;
    losses: WireArray<"float64">;
    norms: WireArray<"float64">;
    best: number;
    same: boolean;
    seconds: number;
    code: string;
    passes: WireArray<"float64">;
    dropout: string;
    p: number;
    given: WireArray<"float64">;
    passed: WireArray<"float64">;
    norm: string;
    eps: number;
    statistics: WireArray<"float64">;
    layers: string[];
    signal: WireArray<"float64">;
  }[];
  /** What the data set is called; empty if it has no name. */
  _data: string;
  /** Edges of the bins of weights. */
  _edges: WireArray<"float64">;
  /** How many epochs each run took. */
  _epochs: number;
  /** An error in a handler, in one line; empty if none. */
  _failure: string;
  /** Standard arms that can be trained here. */
  _kinds: string[];
  /** The chosen language; empty follows the page. */
  _language: "" | "en" | "zh";
  /** The seeds from which each arm was trained. */
  _seeds: number[];
  /** Shares of weights, (arms, bins). */
  _shares: WireArray<"float64">;
  /** Of the kinds with a strength: least, greatest, usual. */
  _strengths: Record<string, WireArray<"float64">>;
}

/** A training that begins anew from the same seed whenever a number is turned. */
export interface RetrainExplorerTraits {
  /** b to begin with; None draws it. */
  b0: number | null;
  /** Samples of a step. */
  batch_size: number;
  /** Whether losses stand on a logarithmic axis. */
  log_scale: boolean;
  /** The learning rate. */
  lr: number;
  /** Of the optimizer, if it has one. */
  momentum: number;
  /** Targets lie up to so much above the curve. */
  noise: number;
  /** A name of torch.optim, in small letters. */
  optimizer: string;
  /** Points, from x = −1 to 1. */
  points: number;
  /** Where everything random begins. */
  seed: number;
  /** Steps of the optimizer. */
  steps: number;
  /** w to begin with; None draws it. */
  w0: number | null;
  /** Of the optimizer, if it has one. */
  weight_decay: number;
  /** By how much the engines differ, as a share. */
  _apart: WireArray<"float64">;
  /** Which position of the page this is. */
  _asked: number;
  /** Whether all have come to their end. */
  _done: boolean;
  /** An error in a handler, in one line; empty if none. */
  _failure: string;
  /** What is trained. */
  _kind: "engines" | "model";
  /** What can be turned. */
  _knobs: {
    name: string;
    value: number;
    low: number;
    high: number;
    log: boolean;
    whole: boolean;
    off: boolean;
  }[];
  /** The trainings side by side. */
  _lanes: {
    name: string;
    here: boolean;
    ending: "" | "done" | "diverged" | "failed";
    error: string;
    done: number;
    pace: number;
  }[];
  /** The chosen language; empty follows the page. */
  _language: "" | "en" | "zh";
  /** The newest numbers of each lane. */
  _last: WireArray<"float64">;
  /** The rate above which the regression diverges. */
  _limit: WireArray<"float64">;
  /** The code line. */
  _line: string;
  /** The optimizers to choose from. */
  _optimizers: string[];
  /** Samples and what is learned. */
  _picture: {
    kind: "fit" | "map" | "none";
    reach: WireArray<"float32">;
    values: WireArray<"float32" | "uint8">;
    points: WireArray<"float32">;
    labels: WireArray<"uint8">;
  };
  /** (lanes, loss and w and b, steps shown); NaN if not there yet. */
  _rows: WireArray<"float64">;
  /** The function of each engine. */
  _sources: string[];
  /** w and b to begin with. */
  _start: WireArray<"float64">;
  /** The steps of which numbers are shown. */
  _steps: WireArray<"int32">;
  /** Counts the slices. */
  _tick: number;
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

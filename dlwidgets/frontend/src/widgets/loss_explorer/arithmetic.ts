/** Losses of logits, term by term, and their gradients. No DOM here; tests hold it against torch. */

export type Kind = "cross_entropy" | "bce" | "mse";
export type Reduction = "mean" | "sum" | "none";

/** A loss, and what it is asked about: the same as `explain/loss.py`'s Task. */
export interface Task {
  readonly kind: Kind;
  readonly reduction: Reduction;
  readonly label_smoothing: number;
  readonly samples: number;
  readonly classes: number;
  /** (samples, classes), row by row. */
  readonly logits: Float64Array;
  /** Of cross entropy one class a sample; else like the logits. */
  readonly target: Float64Array;
  /** One a class. */
  readonly weight: Float64Array;
}

export interface Result {
  /** Softmax or sigmoid of the logits; of squared errors the predictions themselves. */
  readonly probabilities: Float64Array;
  /** The loss before reduction: one a sample, or one a number of binary and squared losses. */
  readonly terms: Float64Array;
  /** What the terms are divided by: weights of the targets, how many there are, or 1. */
  readonly divisor: number;
  /** After reduction; of "none" the sum. */
  readonly value: number;
  /** Of the value with respect to the logits. */
  readonly gradient: Float64Array;
}

/** Softmax of one row, in a way that no large logit can break. */
export function softmax(row: Float64Array): Float64Array {
  const most = row.reduce((a, b) => Math.max(a, b), -Infinity);
  const powers = row.map((x) => Math.exp(x - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/** −log softmax of one row, exact also where the softmax is zero. */
export function surprise(row: Float64Array): Float64Array {
  const most = row.reduce((a, b) => Math.max(a, b), -Infinity);
  const sum = row.reduce((a, x) => a + Math.exp(x - most), 0);
  return row.map((x) => Math.log(sum) + most - x);
}

/** ln(1 + eˣ), exact at both ends. */
function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

export function sigmoid(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}

/** The loss with everything on the way. */
export function compute(task: Task): Result {
  return task.kind === "cross_entropy" ? crossEntropy(task) : elementwise(task);
}

/** w_y (−log p_y), mixed with the mean over all classes where labels are smoothed. */
function crossEntropy(task: Task): Result {
  const { samples, classes, logits, target, weight, label_smoothing: smooth, reduction } = task;
  const probabilities = new Float64Array(logits.length);
  const terms = new Float64Array(samples);
  const gradient = new Float64Array(logits.length);
  let weights = 0;
  for (let i = 0; i < samples; i++) {
    const row = logits.subarray(i * classes, (i + 1) * classes);
    const y = target[i]!;
    const [p, s] = [softmax(row), surprise(row)];
    probabilities.set(p, i * classes);
    weights += weight[y]!;
    // The share of each class in the target, times its weight.
    const shares = p.map((_, c) => weight[c]! * ((c === y ? 1 - smooth : 0) + smooth / classes));
    const whole = shares.reduce((a, b) => a + b, 0);
    terms[i] = shares.reduce((a, share, c) => a + (share === 0 ? 0 : share * s[c]!), 0);
    gradient.set(p.map((one, c) => whole * one - shares[c]!), i * classes);
  }
  return reduced(reduction === "mean" ? weights : 1, { probabilities, terms, gradient });
}

/** (x − t)², or −(w t log σ(x) + (1 − t) log(1 − σ(x))), of each number by itself. */
function elementwise(task: Task): Result {
  const { kind, classes, logits, target, weight, reduction } = task;
  const binary = kind === "bce";
  const terms = logits.map((x, i) => {
    const [t, w] = [target[i]!, weight[i % classes]!];
    return binary ? w * t * softplus(-x) + (1 - t) * softplus(x) : (x - t) ** 2;
  });
  const gradient = logits.map((x, i) => {
    const [t, w] = [target[i]!, weight[i % classes]!];
    return binary ? sigmoid(x) * (w * t + 1 - t) - w * t : 2 * (x - t);
  });
  const probabilities = binary ? logits.map(sigmoid) : logits.slice();
  return reduced(reduction === "mean" ? logits.length : 1, { probabilities, terms, gradient });
}

function reduced(
  divisor: number,
  found: Pick<Result, "probabilities" | "terms" | "gradient">,
): Result {
  return {
    ...found,
    divisor,
    value: found.terms.reduce((a, b) => a + b, 0) / divisor,
    gradient: found.gradient.map((g) => g / divisor),
  };
}

/** The same numbers for another loss: classes become ones among zeros, and back. */
export function asKind(task: Task, kind: Kind): Task {
  const { classes, logits, samples, target } = task;
  if (kind === task.kind) return task;
  if (task.kind === "cross_entropy") {
    const ones = logits.map((_, i) => Number(target[Math.floor(i / classes)] === i % classes));
    return { ...task, kind, target: ones };
  }
  if (kind !== "cross_entropy") {
    const kept = kind === "bce" ? target.map((t) => Math.max(0, Math.min(1, t))) : target;
    return { ...task, kind, target: kept };
  }
  const largest = Float64Array.from({ length: samples }, (_, i) => {
    const row = target.subarray(i * classes, (i + 1) * classes);
    return row.indexOf(row.reduce((a, b) => Math.max(a, b), -Infinity));
  });
  return { ...task, kind, target: largest };
}

/** The line that computes the loss in Python. */
export function code(task: Task): string {
  const { kind, classes, logits, target, weight, reduction, label_smoothing: smooth } = task;
  const list = (values: Float64Array): string => `[${[...values].map(short).join(", ")}]`;
  const table = (values: Float64Array): string => {
    const rows = Array.from(
      { length: values.length / classes },
      (_, i) => list(values.subarray(i * classes, (i + 1) * classes)),
    );
    return `torch.tensor([${rows.join(", ")}])`;
  };
  const name = { cross_entropy: "cross_entropy", bce: "binary_cross_entropy_with_logits" };
  const called = kind === "mse" ? "mse_loss" : name[kind];
  const options = [
    kind === "cross_entropy"
      ? `torch.tensor([${[...target].map((t) => t.toFixed(0)).join(", ")}])`
      : table(target),
    ...(kind !== "mse" && weight.some((w) => w !== 1)
      ? [`${kind === "bce" ? "pos_weight" : "weight"}=torch.tensor(${list(weight)})`]
      : []),
    ...(reduction === "mean" ? [] : [`reduction="${reduction}"`]),
    ...(kind === "cross_entropy" && smooth > 0 ? [`label_smoothing=${short(smooth)}`] : []),
  ];
  return `F.${called}(${table(logits)}, ${options.join(", ")})`;
}

/** A number as Python writes a float. */
function short(value: number): string {
  const text = String(Number(value.toPrecision(7)));
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

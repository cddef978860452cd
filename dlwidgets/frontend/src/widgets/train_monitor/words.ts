/** All texts of the training monitor. */

import type { TrainMonitorTraits } from "../../contract.ts";
import type { Tables } from "../../lib/i18n.ts";

type State = TrainMonitorTraits["state"] | "gone";
type Kind = TrainMonitorTraits["_events"][number]["kind"];

const en = {
  monitor: (name: string): string => `Training monitor of ${name}`,
  states: {
    ready: "ready",
    running: "running",
    paused: "paused",
    finished: "finished",
    stopped: "stopped",
    diverged: "diverged",
    failed: "failed",
    interrupted: "interrupted",
    gone: "no kernel",
  } satisfies Record<State, string> as Record<State, string>,
  stateAt: (state: string, step: string): string => `Training ${state} at step ${step}`,

  pause: "Pause",
  resume: "Resume",
  step: "Step",
  stop: "Stop",
  pauseHint: "Hold after the current step (space)",
  resumeHint: "Go on (space)",
  stepHint: "One step, then hold (→)",
  stopHint: "End the run and keep the model (s)",
  buttons: "Run controls",

  progress: "Progress",
  epoch: "epoch",
  ofEpochs: (k: string, n: string): string => `${k} of ${n}`,
  steps: "step",
  rate: "steps/s",
  elapsed: "elapsed",
  left: "left",
  cost: "watching costs",
  costHint: "Time that the monitor takes, compared with the bare loop",

  chart: "Curves over the steps",
  chartKeys: "Shift with the arrow keys reads the values",
  series: "Curves",
  toggle: (name: string): string => `Show ${name}`,
  linear: "linear",
  log: "log",
  scale: "Scale of the chart",
  smoothing: "smoothing",
  smoothed: (value: string): string => `(≈ ${value})`,
  at: (first: string, last: string): string =>
    first === last ? `step ${first}` : `step ${first}–${last}`,
  hover: "point at the chart to read values",
  waiting: "waiting for the first step",
  nothing: "no steps were recorded",

  name: "curve",
  last: "last",
  least: "min",
  greatest: "max",
  values: "Last values",

  knobs: "Knobs",
  more: (count: number): string => `more (${count})`,
  valueOf: (name: string): string => `Value of ${name}`,
  pending: "pending",
  pendingHint: "Takes effect at the next step",
  scheduled: (base: string, factor: string, value: string): string =>
    `scheduled ${base} × ${factor} = ${value}`,
  notNumber: (name: string, text: string): string =>
    `${name}: expected a number such as 0.01 or 1e-3, got “${text}”`,
  applied: (name: string, value: string, step: string): string =>
    `${name} set to ${value} at step ${step}`,

  frames: "Pictures",
  frameAt: (step: string): string => `step ${step}`,
  frameOf: (name: string): string => `Picture of ${name}, by step`,
  frameImage: (name: string, step: string): string => `${name} at step ${step}`,

  events: {
    set: "set",
    code: "changed by the code",
    pause: "pause",
    resume: "resume",
    step: "single step",
    stop: "stop",
    interrupt: "interrupt",
    diverged: "diverged",
    failed: "failed",
  } satisfies Record<Kind, string> as Record<Kind, string>,

  keys: "space pause · → step · s stop, while the monitor has the focus",
  ended: (name: string): string => `The run has ended; every step is in ${name}.history`,
  between: "Changes are applied between cells; use ■ above to interrupt",
  late: "Kernel busy or gone; the change is kept and will apply when it answers",
  gone: "The kernel is gone; the curves are what arrived until then. Run the cell again to train",
  diagnosis: "What went wrong",
};

/** Both languages. */
export const words: Tables<typeof en> = {
  en,
  zh: {
    monitor: (name) => `${name} 的训练监视器`,
    states: {
      ready: "就绪",
      running: "训练中",
      paused: "已暂停",
      finished: "已完成",
      stopped: "已停止",
      diverged: "已发散",
      failed: "出错",
      interrupted: "已中断",
      gone: "无内核",
    },
    stateAt: (state, step) => `第 ${step} 步：${state}`,

    pause: "暂停",
    resume: "继续",
    step: "单步",
    stop: "停止",
    pauseHint: "完成当前步后暂停（空格键）",
    resumeHint: "继续训练（空格键）",
    stepHint: "训练一步后暂停（→）",
    stopHint: "结束训练，保留模型（s）",
    buttons: "训练控制",

    progress: "进度",
    epoch: "轮",
    ofEpochs: (k, n) => `${k} / ${n}`,
    steps: "步",
    rate: "步/秒",
    elapsed: "已用时",
    left: "剩余",
    cost: "监视开销",
    costHint: "与不监视时相比，监视所占的时间",

    chart: "随步数变化的曲线",
    chartKeys: "按住 Shift 并用方向键读取数值",
    series: "曲线",
    toggle: (name) => `显示 ${name}`,
    linear: "线性",
    log: "对数",
    scale: "图的刻度",
    smoothing: "平滑",
    smoothed: (value) => `(≈ ${value})`,
    at: (first, last) => first === last ? `第 ${first} 步` : `第 ${first}–${last} 步`,
    hover: "指向曲线可读取数值",
    waiting: "等待第一步",
    nothing: "没有记录任何步",

    name: "曲线",
    last: "最新",
    least: "最小",
    greatest: "最大",
    values: "最新数值",

    knobs: "旋钮",
    more: (count) => `更多（${count}）`,
    valueOf: (name) => `${name} 的值`,
    pending: "待生效",
    pendingHint: "下一步生效",
    scheduled: (base, factor, value) => `调度 ${base} × ${factor} = ${value}`,
    notNumber: (name, text) => `${name}：应为数字，如 0.01 或 1e-3，得到“${text}”`,
    applied: (name, value, step) => `${name} 在第 ${step} 步设为 ${value}`,

    frames: "图像",
    frameAt: (step) => `第 ${step} 步`,
    frameOf: (name) => `${name} 的图像（按步）`,
    frameImage: (name, step) => `第 ${step} 步的 ${name}`,

    events: {
      set: "设置",
      code: "由代码改变",
      pause: "暂停",
      resume: "继续",
      step: "单步",
      stop: "停止",
      interrupt: "中断",
      diverged: "发散",
      failed: "出错",
    },

    keys: "监视器获得焦点时：空格 暂停 · → 单步 · s 停止",
    ended: (name) => `训练已结束；每一步的数据见 ${name}.history`,
    between: "更改在单元格之间生效；请用上方的 ■ 中断",
    late: "内核忙或已断开；更改已保留，内核响应后生效",
    gone: "内核已断开；曲线停在断开之前。请重新运行单元格",
    diagnosis: "问题出在哪里",
  },
};

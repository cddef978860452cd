/** The two languages of the widgets. */

/** The languages that have tables. */
export type Language = "en" | "zh";

/**
 * A widget's texts: one table a language, with equal keys (the compiler and a test see to it).
 * A text with numbers in it is a function, so that word order is free.
 */
export type Tables<Words> = Readonly<Record<Language, Words>>;

/** `dlwidgets.set_language(…)` wins; else the page's own language; else English. */
export function pickLanguage(chosen: string, page: string): Language {
  return (chosen || page).toLowerCase().startsWith("zh") ? "zh" : "en";
}

const en = {
  prefix: "[dlwidgets]",
  failed: (widget: string, error: string): string => `${widget}: ${error}`,
  copy: "Copy",
  copied: "Copied",
  equal: "equals torch",
  equalHint: (share: string): string => `Compared with torch; largest difference ${share}`,
  differs: (share: string): string => `differs from torch by ${share}`,
  differsHint: "Torch has other numbers than the page; please report this",
  comparing: "comparing …",
  gone: "no kernel",
  goneHint: "The kernel is gone; what is shown is drawn by the browser alone",
  late: "The kernel is busy; this is answered as soon as it is free",
  play: "Play",
  pause: "Pause",
  step: "One step on",
  back: "One step back",
  timeline: "Step",
  speed: "Speed",
  perSecond: (speed: string): string => `${speed} a second`,
};

/** Texts that every widget shares. */
export const common: Tables<typeof en> = {
  en,
  zh: {
    prefix: "[dlwidgets]",
    failed: (widget, error) => `${widget}：${error}`,
    copy: "复制",
    copied: "已复制",
    equal: "与 torch 一致",
    equalHint: (share) => `已与 torch 比较；最大差 ${share}`,
    differs: (share) => `与 torch 相差 ${share}`,
    differsHint: "torch 的结果与页面不同；请报告此问题",
    comparing: "比较中 …",
    gone: "没有内核",
    goneHint: "内核已断开；所示内容仅由浏览器计算",
    late: "内核忙碌中，空闲后立即处理",
    play: "播放",
    pause: "暂停",
    step: "前进一步",
    back: "后退一步",
    timeline: "步",
    speed: "速度",
    perSecond: (speed) => `每秒 ${speed} 步`,
  },
};

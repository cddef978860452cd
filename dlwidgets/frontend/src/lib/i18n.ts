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
};

/** Texts that every widget shares. */
export const common: Tables<typeof en> = {
  en,
  zh: {
    prefix: "[dlwidgets]",
    failed: (widget, error) => `${widget}:${error}`,
  },
};

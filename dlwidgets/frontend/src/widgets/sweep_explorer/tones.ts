/** The colour of each zone; words stand beside it wherever it is used. */
export const TONES = {
  small: "--dlw-series-1",
  good: "--dlw-series-3",
  unstable: "--dlw-series-2",
  worse: "--dlw-series-2",
  diverged: "--dlw-bad",
} as const;

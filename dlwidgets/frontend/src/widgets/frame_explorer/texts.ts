/** Texts of somebody's data, made safe to look at. */

// deno-lint-ignore no-control-regex -- these are what is looked for
const HIDDEN = /\r\n|[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** Signs that would break the line, or turn the text around, as something that can be seen. */
export function visible(text: string): string {
  return text.replace(HIDDEN, (sign) => {
    if (sign === "\n" || sign === "\r\n") return "⏎";
    if (sign === "\t") return "⇥";
    const code = sign.charCodeAt(0);
    if (code < 32) return String.fromCharCode(0x2400 + code);
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
  });
}

/** How wide a text is in the type of a grid, in pixels. */
export type Measure = (text: string, bold?: boolean) => number;

/** Measures in the type that an element on the page has. */
export function measureIn(element: Element): Measure {
  const { fontFamily } = getComputedStyle(element);
  const context = document.createElement("canvas").getContext("2d")!;
  return (text, bold = false) => {
    context.font = `${bold ? "600 " : ""}12.5px ${fontFamily}`;
    return Math.ceil(context.measureText(visible(text)).width);
  };
}

/** The characters of a text before, in and after a place, which counts code points as Python. */
export function parted(text: string, start: number, stop: number): [string, string, string] {
  const signs = Array.from(text);
  const part = (from: number, to?: number): string => signs.slice(from, to).join("");
  return [part(0, start), part(start, stop), part(stop)];
}

/** A shape as Python writes it. */
export function tuple(shape: readonly number[]): string {
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
}

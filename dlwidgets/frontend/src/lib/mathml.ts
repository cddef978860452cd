/** Formulas in MathML, which browsers set by themselves. */

const MATHML = "http://www.w3.org/1998/Math/MathML";

export type Piece = Element | string | number;

/** A MathML element; numbers, names and signs are told apart. */
export function m(tag: string, ...children: Piece[]): Element {
  const element = document.createElementNS(MATHML, tag);
  element.append(...children.map((child) => typeof child === "object" ? child : token(child)));
  return element;
}

function token(value: string | number): Element {
  const text = String(value).replace("-", "−");
  const tag = /^−?\d/.test(text) ? "mn" : /^\p{L}/u.test(text) ? "mi" : "mo";
  const element = document.createElementNS(MATHML, tag);
  element.textContent = text;
  // Brackets around a line of letters need not grow with their indices.
  if (text === "(" || text === ")") element.setAttribute("stretchy", "false");
  return element;
}

/** Words inside a formula. */
export function words(text: string): Element {
  const element = document.createElementNS(MATHML, "mtext");
  element.textContent = text;
  return element;
}

/** A whole formula. */
export function math(...children: Piece[]): Element {
  const element = m("math", ...children);
  element.setAttribute("displaystyle", "true");
  return element;
}

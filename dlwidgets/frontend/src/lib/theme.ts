/** Colours for canvases, which can't read CSS by themselves. */

import type { Disposer } from "./dispose.ts";
import { h } from "./dom.ts";

/** Reads CSS colour variables as `element` sees them, resolved to plain colours. */
export function colors<N extends string>(element: Element, names: readonly N[]): Record<N, string> {
  const probe = h("span", { hidden: true });
  element.append(probe);
  const read = (name: N): [N, string] => {
    probe.style.color = `var(${name})`;
    return [name, getComputedStyle(probe).color];
  };
  const found = Object.fromEntries(names.map(read)) as Record<N, string>;
  probe.remove();
  return found;
}

/** Calls `changed` when the page may have gone from light to dark or back. */
export function onTheme(bin: Disposer, changed: () => void): void {
  bin.listen(matchMedia("(prefers-color-scheme: dark)"), "change", changed);
  const observer = new MutationObserver(bin.guard(changed));
  const attributeFilter = ["class", "data-jp-theme-light", "data-jp-theme-name", "theme"];
  for (const element of [document.documentElement, document.body]) {
    observer.observe(element, { attributes: true, attributeFilter });
  }
  bin.add(() => observer.disconnect());
}

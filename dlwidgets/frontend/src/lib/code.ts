/** A line of code with a button that copies it, and, where wanted, one that can be typed into. */

import type { Disposer } from "./dispose.ts";
import { h, mark, say } from "./dom.ts";
import type { Announcer } from "./live.ts";

/** Milliseconds for which the button says that it has copied. */
const SAID = 1600;

export interface CodeLine {
  readonly el: HTMLElement;
  /** Shows a line, unless somebody is typing another one. */
  set(text: string): void;
}

/** Takes a line that was typed or pasted; `leave` gives up on one. */
export interface Taking {
  readonly label: string;
  take(text: string): void;
  leave(): void;
}

/** Makes a code line; with `taking` it is a field. */
export function codeLine(
  bin: Disposer,
  labels: { readonly copy: string; readonly copied: string },
  announcer?: Announcer,
  taking?: Taking,
): CodeLine {
  let text = "";
  const code = taking ? field(bin, taking, () => text) : h("code", { class: "dlw-code-text" });
  const button = h("button", { type: "button", class: "dlw-button dlw-code-copy" }, labels.copy);
  bin.listen(button, "click", () => {
    const done = bin.guard((fine: boolean) => {
      if (!fine) return;
      say(button, labels.copied);
      announcer?.tell(labels.copied);
      bin.timer(SAID, () => say(button, labels.copy));
    });
    copy(text).then(done);
  });
  return {
    el: h("div", { class: "dlw-code" }, code, button),
    set(next) {
      if (next === text) return;
      text = next;
      if (!(code instanceof HTMLInputElement)) say(code, next);
      else if (!code.hasAttribute("data-typing")) code.value = next;
    },
  };
}

function field(bin: Disposer, { label, take, leave }: Taking, now: () => string): HTMLInputElement {
  const plain = { type: "text", autocomplete: "off", spellcheck: "false" };
  const entry = h("input", { ...plain, class: "dlw-code-text", "aria-label": label, title: label });
  const end = (): void => {
    mark(entry, "data-typing", undefined);
    entry.value = now();
    leave();
  };
  bin.listen(entry, "input", () => mark(entry, "data-typing", entry.value !== now()));
  bin.listen<KeyboardEvent>(entry, "keydown", (event) => {
    if (event.key === "Escape") end();
    if (event.key !== "Enter" || !entry.hasAttribute("data-typing")) return;
    // What comes of it is shown as soon as it is known.
    mark(entry, "data-typing", undefined);
    take(entry.value);
  });
  // A pasted line is meant at once; typing needs Enter.
  bin.listen<ClipboardEvent>(entry, "paste", (event) => {
    const pasted = event.clipboardData?.getData("text/plain").trim() ?? "";
    if (!/\)$/.test(pasted) || pasted.includes("\n")) return;
    event.preventDefault();
    entry.value = pasted;
    mark(entry, "data-typing", undefined);
    take(pasted);
  });
  return entry;
}

/** Copies also where the page has no right to the clipboard (plain http). */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = h("textarea", { style: "position: fixed; opacity: 0" });
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

/** Which layer, the line of code that makes it, and whether torch agrees. */

import { badge, compared, type Verdict } from "../../lib/badge.ts";
import { codeLine } from "../../lib/code.ts";
import { h, mark, say } from "../../lib/dom.ts";
import { segments } from "../../lib/segments.ts";
import { asKind, CLASS, functionalCode, type Kind } from "./arithmetic/mod.ts";
import { code } from "./code.ts";
import type { Context, Part } from "./part.ts";
import { quizButton } from "./quiz_card.ts";
import { running } from "./quiz.ts";

const KINDS: readonly Kind[] = ["conv", "transposed", "max", "avg"];

/** The top of the widget. */
export function header(context: Context): Part {
  const [choice, line, seal] = [kinds(context), codes(context), badge(() => verdict(context))];
  const test = quizButton(context);
  const el = h("div", { class: "dlw-cv-top" }, choice.el, line.el, test.el, seal.el);
  return {
    el,
    update() {
      for (const part of [choice, line, test, seal]) part.update();
      choice.el.inert = line.el.inert = running(context.session.quiz);
    },
  };
}

function kinds({ bin, session, text }: Context): Part {
  return segments(bin, {
    label: text.layer,
    all: KINDS,
    names: CLASS,
    hints: text.kinds,
    now: () => session.draft.kind,
    choose: (kind) => session.ask(asKind(session.draft, kind)),
  });
}

function codes({ announcer, bin, session, text }: Context): Part {
  let functional = false;
  const give = h("button", { type: "button", class: "dlw-button dlw-cv-form" }, "F");
  give.title = text.functional;
  mark(give, "aria-label", text.functional);
  const line = codeLine(bin, text, announcer, {
    label: text.codeHint,
    take: (typed) => session.commands.now("parse", "parse", typed),
    leave: () => {
      if (session.commands.refusal?.key === "parse") session.commands.refusal = null;
      session.changed();
    },
  });
  bin.listen(give, "click", () => {
    functional = !functional;
    session.changed();
  });
  const refusal = h("pre", { class: "dlw-cv-refusal", role: "alert", hidden: true });
  const el = h("div", { class: "dlw-cv-code" }, line.el, give, refusal);
  return {
    el,
    update() {
      mark(give, "aria-pressed", String(functional));
      const { refusal: refused } = session.commands;
      const wrong = refused?.key === "parse" ? refused.text : "";
      if (!wrong) {
        line.set(functional ? functionalCode(session.draft) : code(session.draft));
      }
      refusal.hidden = !wrong;
      say(refusal, wrong);
    },
  };
}

/** What the badge says and how it looks. */
function verdict({ language, session, text }: Context): Verdict {
  const { apart, commands, gone, problems } = session;
  const waiting = { look: "ring", tone: "none" } as const;
  if (problems.length > 0) {
    return { look: "warn", tone: "none", label: text.refused, hint: text.refusedHint };
  }
  if (commands.pending("set") && !gone) {
    const label = commands.late ? text.late : text.comparing;
    return { ...waiting, label, hint: text.comparingHint };
  }
  if (apart === null) return { ...waiting, label: text.notCompared, hint: text.notComparedHint };
  return compared(language, { apart, gone: false });
}

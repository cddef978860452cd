/** Which layer, the line of code that makes it, and whether torch agrees. */

import { codeLine } from "../../lib/code.ts";
import { h, mark, say } from "../../lib/dom.ts";
import { icon, type IconName } from "../../lib/icons.ts";
import { asKind, CLASS, functionalCode, type Kind } from "./arithmetic/mod.ts";
import { code } from "./code.ts";
import type { Context, Part } from "./part.ts";
import { quizButton } from "./quiz_card.ts";
import { running } from "./quiz.ts";
import { TOLERANCE } from "./session.ts";

const KINDS: readonly Kind[] = ["conv", "transposed", "max", "avg"];

/** The top of the widget. */
export function header(context: Context): Part {
  const [choice, line, seal] = [kinds(context), codes(context), badge(context)];
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
  const group = { class: "dlw-segments", role: "group", "aria-label": text.layer };
  const el = h("div", group);
  const buttons = KINDS.map((kind) => {
    const button = h("button", { type: "button", title: text.kinds[kind] }, CLASS[kind]);
    bin.listen(button, "click", () => session.ask(asKind(session.draft, kind)));
    el.append(button);
    return button;
  });
  return {
    el,
    update() {
      buttons.forEach((button, index) => {
        mark(button, "aria-pressed", String(session.draft.kind === KINDS[index]));
      });
    },
  };
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
function verdict({ session, text }: Context): [IconName, string, string, string] {
  const { apart, commands, problems } = session;
  if (problems.length > 0) return ["warn", "none", text.refused, text.refusedHint];
  if (commands.pending("set") && !session.gone) {
    return ["ring", "none", commands.late ? text.late : text.comparing, text.comparingHint];
  }
  if (apart === null) return ["ring", "none", text.notCompared, text.notComparedHint];
  const share = apart === 0 ? "0" : apart.toExponential(1);
  if (apart <= TOLERANCE) return ["done", "good", text.equal, text.equalHint(share)];
  return ["cross", "bad", text.differs(share), text.differsHint];
}

function badge(context: Context): Part {
  const el = h("span", { class: "dlw-badge dlw-cv-badge", role: "img" });
  let known = "";
  return {
    el,
    update() {
      const [look, tone, label, hint] = verdict(context);
      if (`${tone}${label}` !== known) el.replaceChildren(icon(look), h("span", {}, label));
      known = `${tone}${label}`;
      mark(el, "data-tone", tone);
      mark(el, "aria-label", `${label}. ${hint}`);
      mark(el, "title", hint);
    },
  };
}

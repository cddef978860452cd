/** What the parts of the monitor have in common. */

import type { Scene } from "../../lib/view.ts";
import type { Session, Traits } from "./session.ts";
import type { words } from "./words.ts";

export type { Part } from "../../lib/part.ts";

export type Words = (typeof words)["en"];

/** Everything that a part is drawn from. */
export interface Context extends Scene<Traits, Session> {
  readonly text: Words;
  /** Curves that this view does not show. */
  readonly hidden: Set<string>;
}

/** Whether commands make sense: the run goes on, and somebody listens. */
export function steerable({ model, session }: Context): boolean {
  return model.get("_controls") !== "none" && !session.gone;
}

/** Whether the run is on its way, be it at rest. */
export function underWay({ model }: Context): boolean {
  return model.get("state") === "running" || model.get("state") === "paused";
}

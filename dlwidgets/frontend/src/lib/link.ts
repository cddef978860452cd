/** The way to the kernel: commands, their answers, and whether it is still there. */

import { Commands } from "./commands.ts";
import type { Disposer } from "./dispose.ts";
import type { Model } from "./host.ts";
import { detach } from "./wire.ts";

interface Answer {
  kind: string;
  seq: number;
  error: string;
}

export class Link {
  readonly commands: Commands;
  /** Whether the connection to the kernel has ended. */
  gone = false;

  /** Calls `changed` whenever there is something new to show. */
  constructor(model: Model<unknown>, bin: Disposer, changed: () => void) {
    const lost = (): void => {
      this.gone = true;
      changed();
    };
    this.commands = new Commands(
      (content) => {
        try {
          const { value, buffers } = detach(content);
          model.send(value, undefined, buffers);
        } catch {
          lost();
        }
      },
      bin,
      changed,
    );
    bin.follow(model, "msg:custom", (message: Answer) => {
      this.gone = false;
      if (message.kind === "ack") this.commands.answer(message.seq, message.error);
    });
    bin.follow(model, "comm_live_update", lost);
  }

  /** Notes that the manager of Jupyter's widgets has marked a view whose kernel is gone. */
  look(view: Element): void {
    if (view.closest(".jupyter-widgets-disconnected")) this.gone = true;
  }
}

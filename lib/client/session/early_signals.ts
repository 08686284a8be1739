/** Signals of members that are not announced yet: the news of a member and its signals may come by different ways. */
import type { MessageOf, ServerMessage } from "../../protocol/messages.ts";

type Signal = MessageOf<ServerMessage, "signal">;

/** Kept at a time, of all members together. What is not kept is sent again. */
const MAX_SIGNALS = 64;

export class EarlySignals {
  #signals: Signal[] = [];

  put(signal: Signal): void {
    if (this.#signals.length < MAX_SIGNALS) this.#signals.push(signal);
  }

  /** Those of a member, in the order in which they came; they are kept no longer. */
  take(memberId: string): Signal[] {
    const taken = this.#signals.filter(({ from }) => from === memberId);
    this.#signals = this.#signals.filter(({ from }) => from !== memberId);
    return taken;
  }
}

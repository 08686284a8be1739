/** The recipient's half of the delivery envelope. `docs/protocol.md` section 6. */
import type { Clock } from "../../protocol/clock.ts";
import { SIGNAL_ACK_AT, SIGNAL_WINDOW } from "../../protocol/limits.ts";
import type { Numbered } from "./outbox.ts";

export interface InboxOptions {
  clock: Clock;
  /** The next message, in order and once. */
  deliver(data: unknown): void;
  /** Messages between the last delivered one and the next are lost for good. */
  onGap(): void;
  /** Tells the sender that everything up to `id` is here. It may get lost. */
  acknowledge(id: number): void;
  /** How many milliseconds that may wait for more, of what is arriving now. */
  ackDelayMs(): number;
}

/** Puts what arrives into order, drops doubles and acknowledges. */
export class Inbox {
  readonly #options: InboxOptions;
  /** Ahead of their turn, by number. */
  readonly #held = new Map<number, unknown>();
  #last = 0;
  /** Delivered since the last acknowledgement. */
  #waiting = 0;
  #cancelAck: (() => void) | null = null;
  #closed = false;

  constructor(options: InboxOptions) {
    this.#options = options;
  }

  /** A message has arrived: any, in any order, any number of times. */
  receive({ id, base = 1, data }: Numbered): void {
    if (this.#closed) return;
    if (base > id) return; // nonsense
    // Of many doubles at once, as after an outage, each own answer would be a message too many.
    if (id <= this.#last) return this.#acknowledgeSoon();
    if (id > Math.max(this.#last, base - 1) + SIGNAL_WINDOW) return;
    if (base - 1 > this.#last) {
      this.#last = base - 1;
      for (const early of this.#held.keys()) {
        if (early < base) this.#held.delete(early);
      }
      this.#options.onGap();
    }
    this.#held.set(id, data);
    while (!this.#closed && this.#held.has(this.#last + 1)) {
      const next = this.#held.get(++this.#last);
      this.#held.delete(this.#last);
      // The sender waits for this before it sends more.
      if (++this.#waiting >= SIGNAL_ACK_AT) this.#acknowledge();
      else this.#acknowledgeSoon();
      this.#options.deliver(next);
    }
  }

  /** Everything up to here is delivered, or known to be lost. */
  get last(): number {
    return this.#last;
  }

  /** Delivers and acknowledges nothing more. */
  close(): void {
    this.#closed = true;
    this.#held.clear();
    this.#cancelAck?.();
  }

  #acknowledgeSoon(): void {
    const { clock, ackDelayMs } = this.#options;
    const wait = ackDelayMs();
    if (wait === 0) return this.#acknowledge();
    this.#cancelAck ??= clock.after(wait, () => this.#acknowledge());
  }

  #acknowledge(): void {
    this.#cancelAck?.();
    this.#cancelAck = null;
    this.#waiting = 0;
    this.#options.acknowledge(this.#last);
  }
}

/** The recipient's half of the delivery envelope. `docs/protocol.md` section 6. */
import type { Clock } from "../protocol/clock.ts";
import { ACK_DELAY_MS, SIGNAL_WINDOW } from "../protocol/limits.ts";
import type { Numbered } from "./outbox.ts";

export interface InboxOptions {
  clock: Clock;
  /** The next message, in order and once. */
  deliver(data: unknown): void;
  /** Messages between the last delivered one and the next are lost for good. */
  onGap(): void;
  /** Tells the sender that everything up to `id` is here. It may get lost. */
  acknowledge(id: number): void;
}

/** Puts what arrives into order, drops doubles and acknowledges. */
export class Inbox {
  readonly #options: InboxOptions;
  /** Ahead of their turn, by number. */
  readonly #held = new Map<number, unknown>();
  /** Everything up to here is delivered, or known to be lost. */
  #last = 0;
  #cancelAck: (() => void) | null = null;
  #closed = false;

  constructor(options: InboxOptions) {
    this.#options = options;
  }

  /** A message has arrived: any, in any order, any number of times. */
  receive({ id, base = 1, data }: Numbered): void {
    if (this.#closed) return;
    if (base > id) return; // nonsense
    if (id <= this.#last) return this.#acknowledgeNow();
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
      this.#acknowledgeSoon();
      this.#options.deliver(next);
    }
  }

  /** Delivers and acknowledges nothing more. */
  close(): void {
    this.#closed = true;
    this.#held.clear();
    this.#cancelAck?.();
  }

  #acknowledgeSoon(): void {
    this.#cancelAck ??= this.#options.clock.after(
      ACK_DELAY_MS,
      () => this.#acknowledgeNow(),
    );
  }

  #acknowledgeNow(): void {
    this.#cancelAck?.();
    this.#cancelAck = null;
    this.#options.acknowledge(this.#last);
  }
}

/** Numbered signals from one member to another, checked as they arrive. */
import type { Member } from "./member.ts";

/** A signal of a flow: its number, and when it was sent by `performance.now()`. */
interface Numbered {
  n: number;
  at: number;
  filler: string;
}

/** What became of signals. */
export interface Tally {
  sent: number;
  lost: number;
  doubled: number;
  reordered: number;
}

export class Flow {
  readonly from: Member;
  readonly to: Member;
  /** When the newest signal that has arrived was sent, by `performance.now()`. */
  newest = -Infinity;
  #sent = 0;
  #highest = 0;
  #doubled = 0;
  #reordered = 0;
  readonly #missing = new Set<number>();
  readonly #arrivals: { at: number; delay: number }[] = [];

  constructor(from: Member, to: Member) {
    this.from = from;
    this.to = to;
    to.onSignal((sender, data) => {
      if (sender === from.memberId) this.#arrived(data as Numbered);
    });
  }

  get sent(): number {
    return this.#sent;
  }

  /** Nothing is under way. */
  get isSettled(): boolean {
    return this.#highest === this.#sent && this.#missing.size === 0;
  }

  /** @param bytes of chance to carry. */
  send(bytes: number): void {
    const signal: Numbered = {
      n: ++this.#sent,
      at: performance.now(),
      filler: "x".repeat(bytes),
    };
    this.from.signal(this.to.memberId, signal);
  }

  /** From sending to arrival, in milliseconds, of each signal that was sent since a time. */
  delaysSince(time: number): number[] {
    return this.#arrivals.filter(({ at }) => at >= time)
      .map(({ delay }) => delay);
  }

  tally(): Tally {
    return {
      sent: this.#sent,
      lost: this.#missing.size + this.#sent - this.#highest,
      doubled: this.#doubled,
      reordered: this.#reordered,
    };
  }

  #arrived({ n, at }: Numbered): void {
    this.newest = Math.max(this.newest, at);
    this.#arrivals.push({ at, delay: performance.now() - at });
    if (n > this.#highest) {
      for (let skipped = this.#highest + 1; skipped < n; skipped++) {
        this.#missing.add(skipped);
      }
      this.#highest = n;
    } else if (this.#missing.delete(n)) this.#reordered++;
    else this.#doubled++;
  }
}

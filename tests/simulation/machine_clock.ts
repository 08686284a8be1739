import type { Clock } from "@/lib/protocol/clock.ts";
import type { Timeline } from "./timeline.ts";

/** The true date at the beginning of a simulation, in milliseconds since 1970. */
export const BEGINNING = 1_800_000_000_000;

/** What is wrong with a machine's clocks. */
export interface Skew {
  /** By how many milliseconds its calendar is ahead of the true one, and how many more it gains per second. */
  calendar: number;
  drift: number;
  /** Its milliseconds per true one: quartz is wrong by some parts in 10,000 at worst. */
  rate: number;
}

export const NO_SKEW: Skew = { calendar: 0, drift: 0, rate: 1 };

/** A machine's own clock: wrong, as clocks are. When the machine is dead its timers are silent. */
export class MachineClock implements Clock {
  readonly #timeline: Timeline;
  readonly #skew: Skew;
  readonly #waiting = new Set<object>();
  #stopped = false;

  constructor(timeline: Timeline, skew: Skew = NO_SKEW) {
    this.#timeline = timeline;
    this.#skew = skew;
  }

  /** How many timers are waiting. */
  get waiting(): number {
    return this.#waiting.size;
  }

  now(): number {
    const { now } = this.#timeline;
    const { calendar, drift } = this.#skew;
    return Math.round(BEGINNING + now + calendar + drift * now / 1_000);
  }

  monotonic(): number {
    return this.#timeline.now * this.#skew.rate;
  }

  after(ms: number, task: () => void): () => void {
    if (this.#stopped) return () => {};
    const mark = {};
    this.#waiting.add(mark);
    const callOff = this.#timeline.after(ms / this.#skew.rate, () => {
      if (this.#waiting.delete(mark)) task();
    });
    return () => {
      if (this.#waiting.delete(mark)) callOff();
    };
  }

  /** No timer goes off any more. */
  stop(): void {
    this.#stopped = true;
    this.#waiting.clear();
  }
}

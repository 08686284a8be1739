import type { Clock } from "../protocol/clock.ts";

/** The least time between two looks: each goes over everything. */
const PAUSE_MS = 1_000;

/** The longest that one timer waits: `setTimeout` takes at most 24 days. */
const LONGEST_WAIT_MS = 86_400_000;

/**
 * One timer for all things of a kind that fall due. A timer for each would take 0.7 KB of Deno's memory, and one with a duration of its own
 * leaves 0.2 KB there until its time is over, even if it is called off long before.
 */
export class Sweep {
  readonly #clock: Clock;
  readonly #look: () => number;
  #at = Infinity;
  #lookedAt = -Infinity;
  #callOff = () => {};

  /** `look` does what is due, and returns when the next thing is: in milliseconds since 1970, `Infinity` when there is none. */
  constructor(clock: Clock, look: () => number) {
    this.#clock = clock;
    this.#look = look;
  }

  /** Something falls due at `at`, in milliseconds since 1970: there is a look then, or up to 1 s later. */
  add(at: number): void {
    if (at >= this.#at) return;
    this.#callOff();
    this.#at = at;
    const wait = Math.max(
      at - this.#clock.now(),
      this.#lookedAt + PAUSE_MS - this.#clock.monotonic(),
    );
    this.#callOff = this.#clock.after(
      Math.max(0, Math.min(wait, LONGEST_WAIT_MS)),
      () => this.#sweep(),
    );
  }

  /** Looks no more, unless something is added. */
  stop(): void {
    this.#callOff();
    this.#at = Infinity;
  }

  #sweep(): void {
    this.#at = Infinity;
    this.#lookedAt = this.#clock.monotonic();
    this.add(this.#look());
  }
}

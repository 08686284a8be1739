import type { Clock } from "@/lib/protocol/clock.ts";

interface Timer {
  at: number;
  task: () => void;
}

/** A clock that stands still until a test lets it go on. */
export class VirtualClock implements Clock {
  #now: number;
  #monotonic = 0;
  #timers: Timer[] = [];

  /** `now`: milliseconds since 1970 at which it begins. */
  constructor(now = 1_800_000_000_000) {
    this.#now = now;
  }

  /** How many timers are waiting. */
  get waiting(): number {
    return this.#timers.length;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  after(ms: number, task: () => void): () => void {
    const timer = { at: this.#monotonic + Math.max(0, ms), task };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Sets the calendar forwards or back, as an administrator might; no timer notices. */
  setCalendar(now: number): void {
    this.#now = now;
  }

  /**
   * Lets `ms` milliseconds go by, and calls what is due in its order. After each task everything that it set going is let finish: promises,
   * and real input and output such as a database's, by going round the event loop so many times, or by what is given to wait for that.
   */
  async advance(
    ms: number,
    settle: number | (() => Promise<void>) = 1,
  ): Promise<void> {
    const settled = typeof settle === "number" ? () => turns(settle) : settle;
    const until = this.#monotonic + ms;
    await settled();
    while (this.#callNext(until)) await settled();
    this.#goTo(until);
  }

  /** As `advance`, far quicker, for tests without real input and output: after each task only promises settle, `depth` of them in a row. */
  async run(ms: number, depth = 24): Promise<void> {
    const until = this.#monotonic + ms;
    do {
      for (let i = 0; i < depth; i++) await null;
    } while (this.#callNext(until));
    this.#goTo(until);
  }

  /** As `advance`, for tests without promises. */
  runNow(ms: number): void {
    const until = this.#monotonic + ms;
    while (this.#callNext(until));
    this.#goTo(until);
  }

  /** Calls the first task that is due by then, if there is one. */
  #callNext(until: number): boolean {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.at > until) continue;
      if (!next || timer.at < next.at) next = timer;
    }
    if (!next) return false;
    this.#timers.splice(this.#timers.indexOf(next), 1);
    this.#goTo(next.at);
    next.task();
    return true;
  }

  #goTo(monotonic: number): void {
    this.#now += monotonic - this.#monotonic;
    this.#monotonic = monotonic;
  }
}

/** Goes round the event loop, letting promises settle and input and output finish. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

import type { Clock } from "@/lib/protocol/clock.ts";

/** A clock that stands still until a test lets it go on. */
export class VirtualClock implements Clock {
  #now: number;
  #monotonic = 0;
  #timers: { at: number; order: number; task: () => void }[] = [];
  #order = 0;

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
    const timer = {
      at: this.#monotonic + Math.max(0, ms),
      order: this.#order++,
      task,
    };
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
   * and real input and output such as a database's, `settle` times round the event loop.
   */
  async advance(ms: number, settle = 1): Promise<void> {
    const until = this.#monotonic + ms;
    await turns(settle);
    for (;;) {
      const [next] = this.#timers.filter(({ at }) => at <= until)
        .sort((a, b) => a.at - b.at || a.order - b.order);
      if (!next) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#goTo(next.at);
      next.task();
      await turns(settle);
    }
    this.#goTo(until);
  }

  #goTo(monotonic: number): void {
    this.#now += monotonic - this.#monotonic;
    this.#monotonic = monotonic;
  }
}

/** Goes round the event loop, letting promises settle and input and output finish. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

import type { Clock } from "../protocol/clock.ts";

/** The timers of one part, which end with it. */
export class Timers {
  readonly #clock: Clock;
  /** What calls off each running timer, and what is done instead when all are closed. */
  readonly #running = new Map<() => void, () => void>();
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `task` after `ms` milliseconds, unless it is called off or all are closed before. */
  after(ms: number, task: () => void): () => void {
    return this.#start(ms, task, () => {});
  }

  /** Resolves after `ms` milliseconds, or at once when all are closed. */
  pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#start(ms, resolve, resolve));
  }

  /** Ends all timers, and every one that is begun later. */
  close(): void {
    this.#closed = true;
    for (const [callOff, onClose] of [...this.#running]) {
      callOff();
      onClose();
    }
  }

  #start(ms: number, task: () => void, onClose: () => void): () => void {
    if (this.#closed) {
      onClose();
      return () => {};
    }
    const stop = this.#clock.after(ms, () => {
      this.#running.delete(callOff);
      task();
    });
    const callOff = () => {
      stop();
      this.#running.delete(callOff);
    };
    this.#running.set(callOff, onClose);
    return callOff;
  }
}

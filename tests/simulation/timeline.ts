/** Virtual time for everything in a simulation: one queue of tasks, called in the order of their times. */

interface Task {
  at: number;
  /** Of equal times the one that was asked for first is called first. */
  order: number;
  /** Null: called off. */
  run: (() => void) | null;
}

/** Promises in a row that are let settle after each task, and before a pause: none of the product's chains is longer than the latter. */
const SHORT_CHAIN = 12;
const LONG_CHAIN = 200;
/** A pause in virtual time before which every chain must have come to its end, in milliseconds. */
const PAUSE_MS = 0.5;

export class Timeline {
  readonly #heap: Task[] = [];
  #now = 0;
  #order = 0;
  #called = 0;

  /** Milliseconds since the simulation began. */
  get now(): number {
    return this.#now;
  }

  /** How many tasks were called so far. */
  get called(): number {
    return this.#called;
  }

  /** Calls `run` once after `ms` milliseconds. The function that comes back calls it off. */
  after(ms: number, run: () => void): () => void {
    const at = this.#now + Math.max(0, ms);
    const task: Task = { at, order: this.#order++, run };
    this.#push(task);
    return () => {
      task.run = null;
    };
  }

  /** Resolves after `ms` milliseconds. */
  delay(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  /** Lets `ms` milliseconds go by. After each task the promises that it set going are let settle. */
  async run(ms: number): Promise<void> {
    const until = this.#now + ms;
    await settle(LONG_CHAIN);
    for (;;) {
      let next = this.#next(until);
      if (next === undefined || next.at - this.#now > PAUSE_MS) {
        await settle(LONG_CHAIN);
        next = this.#next(until);
      }
      if (next === undefined) break;
      this.#pop();
      this.#now = next.at;
      this.#called++;
      next.run!();
      await settle(SHORT_CHAIN);
    }
    this.#now = until;
  }

  /** Lets time go by until a promise has settled, and returns its outcome. Throws when nothing is left that could settle it. */
  async settled<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    promise.then(() => isSettled = true, () => isSettled = true);
    await settle(LONG_CHAIN);
    while (!isSettled) {
      const next = this.#next(Infinity);
      if (next === undefined) throw new Error("nothing is left to wait for");
      await this.run(next.at - this.#now);
    }
    return await promise;
  }

  /** The next task that is due by then; it stays in the queue. */
  #next(until: number): Task | undefined {
    while (this.#heap.length > 0 && this.#heap[0].run === null) this.#pop();
    const next = this.#heap[0];
    return next !== undefined && next.at <= until ? next : undefined;
  }

  #push(task: Task): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(task);
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!isBefore(task, heap[above])) break;
      heap[at] = heap[above];
      at = above;
    }
    heap[at] = task;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let below = at * 2 + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && isBefore(heap[below + 1], heap[below])) {
        below++;
      }
      if (!isBefore(heap[below], last)) break;
      heap[at] = heap[below];
      at = below;
    }
    heap[at] = last;
  }
}

function isBefore(a: Task, b: Task): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

async function settle(depth: number): Promise<void> {
  for (let i = 0; i < depth; i++) await null;
}

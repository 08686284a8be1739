/** A thread of the load, so that what one end does is not delayed by what the other does. */

/** Answers questions, one at a time. */
export class Thread<Question, Answer> implements Disposable {
  readonly #worker: Worker;

  /** `module`: the URL of one that calls {@linkcode answerAll}. */
  constructor(module: URL) {
    this.#worker = new Worker(module, { type: "module" });
  }

  ask(question: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#worker.onmessage = ({ data }) => resolve(data);
      this.#worker.onerror = (event) => {
        event.preventDefault();
        reject(new Error(event.message));
      };
      this.#worker.postMessage(question);
    });
  }

  [Symbol.dispose](): void {
    this.#worker.terminate();
  }
}

/** In the thread: from now on everything that is asked is answered. */
export function answerAll<Question, Answer>(
  answer: (question: Question) => Promise<Answer>,
): void {
  self.onmessage = async ({ data }) => self.postMessage(await answer(data));
}

/** Milliseconds since 1970 with their fractions: the same in all threads, which count `performance.now()` from when each of them began. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

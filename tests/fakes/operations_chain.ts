/** The operations chain of a peer connection, one after the other: W3C WebRTC 4.4.1.2. */
export class OperationsChain {
  /** The first of them is running. */
  readonly #operations: (() => void)[] = [];
  readonly #onEmpty: () => void;

  constructor(onEmpty: () => void) {
    this.#onEmpty = onEmpty;
  }

  get isBusy(): boolean {
    return this.#operations.length > 0;
  }

  /** Settles as the operation does, once it is its turn. */
  add(operation: () => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      const run = () => {
        operation().then(resolve, reject).then(() => this.#next());
      };
      if (this.#operations.push(run) === 1) run();
    });
  }

  #next(): void {
    this.#operations.shift();
    if (this.isBusy) this.#operations[0]();
    else this.#onEmpty();
  }
}

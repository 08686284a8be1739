/** Keys that are remembered: some 2 MB. */
const MAX_KEYS = 10_000;

/**
 * What is kept for each key, such as a network address. When there are too many keys the one longest unused is forgotten, so that its next
 * use finds everything new: who has that many addresses gains little by it, and the memory is bounded.
 */
export class Remembered<T> {
  readonly #make: () => T;
  readonly #maxKeys: number;
  /** In the order of their last use. */
  readonly #kept = new Map<string, T>();

  /** `make` gives what a key begins with. */
  constructor(make: () => T, maxKeys = MAX_KEYS) {
    this.#make = make;
    this.#maxKeys = maxKeys;
  }

  /** How many keys are remembered now. */
  get size(): number {
    return this.#kept.size;
  }

  of(key: string): T {
    const kept = this.#kept.get(key) ?? this.#make();
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    if (this.#kept.size > this.#maxKeys) {
      const [oldest] = this.#kept.keys();
      this.#kept.delete(oldest);
    }
    return kept;
  }
}

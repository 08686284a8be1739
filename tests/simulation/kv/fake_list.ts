import { copyOf, type Database, type Range } from "./database.ts";
import { encodeKey } from "./key.ts";

type Call = <T>(operation: () => T) => Promise<T>;

/** Reads in batches: each is a snapshot of its own. */
export class FakeList<T> implements AsyncIterableIterator<Deno.KvEntry<T>> {
  readonly #database: Database;
  readonly #call: Call;
  readonly #options: Deno.KvListOptions;
  #range: Range;
  #left: number;
  #batch: Deno.KvEntry<T>[] = [];
  #isLast = false;

  constructor(
    database: Database,
    call: Call,
    range: Range,
    options: Deno.KvListOptions,
  ) {
    this.#database = database;
    this.#call = call;
    this.#range = range;
    this.#options = options;
    this.#left = options.limit ?? Infinity;
  }

  async next(): Promise<IteratorResult<Deno.KvEntry<T>, undefined>> {
    if (this.#batch.length === 0 && !this.#isLast) await this.#read();
    const value = this.#batch.shift();
    return value ? { done: false, value } : { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #read(): Promise<void> {
    const { batchSize = 100, reverse = false } = this.#options;
    const size = Math.min(batchSize, this.#left);
    this.#batch = await this.#call(() =>
      this.#database.list(this.#range, size, reverse).map((
        { key, value, versionstamp },
      ) => ({
        key: [...key],
        value: copyOf(value) as T,
        versionstamp,
      }))
    );
    this.#left -= this.#batch.length;
    this.#isLast = this.#batch.length < size || this.#left <= 0;
    const last = this.#batch.at(-1);
    if (!last) return;
    const { start, end } = this.#range;
    const encoded = encodeKey(last.key);
    this.#range = reverse
      ? { start, end: encoded }
      : { start: `${encoded}\0`, end };
  }
}

/** What a selector asks for. Each part of a key begins with a byte between 1 and 0x27. */
export function rangeOf(selector: Deno.KvListSelector): Range {
  const { prefix, start, end } = selector as {
    prefix?: Deno.KvKey;
    start?: Deno.KvKey;
    end?: Deno.KvKey;
  };
  if (prefix && start && end) {
    throw new TypeError(
      "Selector can not specify both 'start' and 'end' key when specifying 'prefix'",
    );
  }
  const below = prefix && encodeKey(prefix);
  return {
    start: start ? encodeKey(start) : `${below}\0`,
    end: end ? encodeKey(end) : `${below}\x28`,
  };
}

/** A stand-in for one instance's `Deno.Kv`: the same answers, by a line that has every fault of a remote database. */
import { type Database } from "./database.ts";
import { FakeAtomic } from "./fake_atomic.ts";
import { FakeList, rangeOf } from "./fake_list.ts";
import { entryOf, FakeWatch } from "./fake_watch.ts";
import type { KvLine } from "./line.ts";
import { checkLimits } from "./limits.ts";

/** As `Deno.openKv` opens it: what of `Deno.Kv` is not here (queues, sums) the product does not use. */
export function openFakeKv(
  database: Database,
  line: KvLine,
  /** The calendar of who writes: expiry is counted by it. */
  now: () => number,
): Deno.Kv {
  return new FakeKv(database, line, now) as unknown as Deno.Kv;
}

class FakeKv {
  readonly #database: Database;
  readonly #line: KvLine;
  readonly #now: () => number;
  #isClosed = false;

  constructor(database: Database, line: KvLine, now: () => number) {
    this.#database = database;
    this.#line = line;
    this.#now = now;
  }

  async get<T>(key: Deno.KvKey): Promise<Deno.KvEntryMaybe<T>> {
    return await this.#call(() => entryOf<T>(key, this.#database));
  }

  async getMany(
    keys: readonly Deno.KvKey[],
  ): Promise<Deno.KvEntryMaybe<unknown>[]> {
    if (keys.length > 10) throw new TypeError("Too many ranges (max 10)");
    return await this.#call(() =>
      keys.map((key) => entryOf(key, this.#database))
    );
  }

  async set(
    key: Deno.KvKey,
    value: unknown,
    options?: { expireIn?: number },
  ): Promise<Deno.KvCommitResult> {
    return await this.atomic().set(key, value, options)
      .commit() as Deno.KvCommitResult;
  }

  async delete(key: Deno.KvKey): Promise<void> {
    await this.atomic().delete(key).commit();
  }

  list<T>(
    selector: Deno.KvListSelector,
    options: Deno.KvListOptions = {},
  ): FakeList<T> {
    this.#checkOpen();
    return new FakeList<T>(
      this.#database,
      (operation) => this.#call(operation),
      rangeOf(selector),
      options,
    );
  }

  atomic(): FakeAtomic {
    return new FakeAtomic(this.#now, (checks, mutations) =>
      this.#call(() => {
        checkLimits(checks, mutations);
        const versionstamp = this.#database.commit(checks, mutations);
        return versionstamp === null
          ? { ok: false as const }
          : { ok: true as const, versionstamp };
      }));
  }

  watch(
    keys: readonly Deno.KvKey[],
  ): ReadableStream<Deno.KvEntryMaybe<unknown>[]> {
    this.#checkOpen();
    if (keys.length > 10) throw new TypeError("Too many keys (max 10)");
    return new FakeWatch(this.#database, this.#line, keys).stream;
  }

  /** What is under way goes on, and so do watches. */
  close(): void {
    this.#checkOpen();
    this.#isClosed = true;
  }

  #call<T>(operation: () => T): Promise<T> {
    this.#checkOpen();
    return this.#line.call(operation);
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new Deno.errors.BadResource("Bad resource ID");
  }
}

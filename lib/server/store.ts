import { type Clock, SYSTEM_CLOCK } from "../protocol/clock.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { KEYS } from "./keys.ts";

/** A record as it was read, with the version that a later {@linkcode Change} can check. */
export interface Entry<T> {
  key: Deno.KvKey;
  value: T;
  /** Grows with every commit to the database. */
  versionstamp: string;
}

/** One atomic change: it happens as a whole, if every check holds. */
export interface Change {
  /** Keys that must still be at a version; `null`: must not exist. */
  checks?: readonly { key: Deno.KvKey; versionstamp: string | null }[];
  /** Records to write. `expireIn` (milliseconds) is garbage collection, never a lease: expired keys may stay readable for minutes. */
  set?: readonly { key: Deno.KvKey; value: object; expireIn?: number }[];
  delete?: readonly Deno.KvKey[];
}

/** How long any one operation may take. Deno KV by itself waits for ever (shared FACTS: calls never time out). */
const DEADLINE_MS = 2_000;
const RETRY_AFTER_MS = 2_000;
const PROBE_LIFE_MS = 60_000;

/**
 * Deno KV with a deadline on every operation and an answer to its commit ambiguity: the client of a remote database repeats a commit whose
 * reply was lost, and then reports a failed check against its own write. Each write therefore carries a nonce, and a failed check is
 * believed only after the record was read again and holds somebody else's.
 *
 * Every method throws {@linkcode ProtocolError} `unavailable` when the database cannot be reached in time. A change that was reported so
 * may still happen: callers must be able to repeat it.
 */
export class Store {
  readonly #open: () => Promise<Deno.Kv>;
  readonly #clock: Clock;
  #kv?: Promise<Deno.Kv>;

  /** `open` is called at the first use, and again after it failed. */
  constructor(open: () => Promise<Deno.Kv>, clock: Clock = SYSTEM_CLOCK) {
    this.#open = open;
    this.#clock = clock;
  }

  async get<T>(key: Deno.KvKey): Promise<Entry<T> | null> {
    const entry = await this.#within((kv) => kv.get<T>(key));
    return entry.versionstamp === null ? null : entry;
  }

  /** All records below a prefix, in the order of their keys. Not one snapshot: at most each batch of 500 is. */
  list<T>(prefix: Deno.KvKey): Promise<Entry<T>[]> {
    return this.#within(async (kv) =>
      await Array.fromAsync(kv.list<T>({ prefix }, { batchSize: 500 }))
    );
  }

  /** Makes the change, and returns its versionstamp; null when a check did not hold. */
  async commit(change: Change): Promise<string | null> {
    const nonce = crypto.randomUUID();
    const result = await this.#within((kv) => {
      const atomic = kv.atomic();
      for (const check of change.checks ?? []) atomic.check(check);
      for (const { key, value, expireIn } of change.set ?? []) {
        atomic.set(
          key,
          { ...value, nonce },
          expireIn === undefined ? {} : { expireIn },
        );
      }
      for (const key of change.delete ?? []) atomic.delete(key);
      return atomic.commit();
    });
    if (result.ok) return result.versionstamp;
    const first = change.set?.[0];
    if (!first) return null;
    const now = await this.get<{ nonce?: string }>(first.key);
    return now?.value.nonce === nonce ? now.versionstamp : null;
  }

  /** Writes a record of its own and reads it again, to prove that the database works. */
  async probe(name: string): Promise<void> {
    const key = KEYS.probe(name);
    const versionstamp = await this.commit({
      set: [{ key, value: {}, expireIn: PROBE_LIFE_MS }],
    });
    const found = await this.get(key);
    if (found?.versionstamp === versionstamp) return;
    throw new ProtocolError("unavailable", { retryAfter: RETRY_AFTER_MS });
  }

  async close(): Promise<void> {
    const kv = await this.#kv?.catch(() => undefined);
    this.#kv = undefined;
    kv?.close();
  }

  async #within<T>(operation: (kv: Deno.Kv) => Promise<T>): Promise<T> {
    let callOff = () => {};
    const tooLate = new Promise<never>((_, reject) => {
      callOff = this.#clock.after(
        DEADLINE_MS,
        () => reject(new Error(`no answer in ${DEADLINE_MS} ms`)),
      );
    });
    try {
      return await Promise.race([this.#opened().then(operation), tooLate]);
    } catch (cause) {
      // What is too large or of the wrong type is our defect and not the database's.
      if (cause instanceof TypeError || cause instanceof RangeError) {
        throw cause;
      }
      throw new ProtocolError("unavailable", {
        retryAfter: RETRY_AFTER_MS,
        cause,
      });
    } finally {
      callOff();
    }
  }

  #opened(): Promise<Deno.Kv> {
    this.#kv ??= this.#open().catch((error) => {
      this.#kv = undefined;
      throw error;
    });
    return this.#kv;
  }
}

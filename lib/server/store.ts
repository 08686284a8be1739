import { type Clock, delay, SYSTEM_CLOCK } from "../protocol/clock.ts";
import { ProtocolError } from "../protocol/errors.ts";

/** A record as it was read or written, with the version that a later {@linkcode Change} can check. */
export interface Versioned<T> {
  value: T;
  /** Grows with every commit to the database. */
  versionstamp: string;
}

/** The same, and where it lies. */
export interface Entry<T> extends Versioned<T> {
  key: Deno.KvKey;
}

/** One atomic change: it happens as a whole, if every check holds. */
export interface Change {
  /** Keys that must still be at a version; `null`: must not exist. */
  checks?: readonly { key: Deno.KvKey; versionstamp: string | null }[];
  /** Records to write. `expireIn` (milliseconds) is garbage collection, never a lease: expired keys may stay readable for minutes. */
  set?: readonly { key: Deno.KvKey; value: object; expireIn?: number }[];
  delete?: readonly Deno.KvKey[];
}

/** A record as it lies in the database: with the nonce of the write that made it, if that checked anything. */
type Stored<T> = T & { nonce?: string };

/** What is asked of a database, and what comes of it: `late`, nothing in time; `not-begun`, because too much was late already. */
export type Operation = "get" | "list" | "commit" | "watch";
export type OperationOutcome = "ok" | "failed" | "late" | "not-begun";

/** An open database, and the operations on it that have not ended in time. */
interface Handle {
  kv: Promise<Deno.Kv>;
  isOpen: boolean;
  openedAt: number;
  overdue: number;
}

/** How long any one operation may take. Deno KV by itself waits for ever, trying again some four times a second. */
const DEADLINE_MS = 2_000;
const RETRY_AFTER_MS = 2_000;
/** With so many overdue operations no more are begun, but for one in a while: each would go on trying for itself. */
const MAX_OVERDUE = 64;
const TRIAL_MS = 250;
/** How long a connection that does not answer is kept, at least. */
const HANDLE_LIFE_MS = 5_000;
/** How long to wait for a database file that another isolate or process is writing to. */
const LOCKED_AGAIN_MS = 5;

/**
 * Deno KV with a deadline on every operation and an answer to its commit ambiguity: the client of a remote database repeats a commit whose
 * reply was lost, and then reports a failed check against its own write. Each checked write therefore carries a nonce, and a failed check
 * is believed only after the record was read again and holds somebody else's.
 *
 * Every method throws {@linkcode ProtocolError} `unavailable` when the database cannot be reached in time. A change that was reported so
 * may still happen, much later: callers must be able to repeat it, and {@linkcode onOverdue} tells who must look again.
 */
export class Store {
  /** Called when a change has not ended in time, and again when it has ended after all. */
  onOverdue: () => void = () => {};
  /** Called when an operation begins; what comes back, when it has ended or its time is over. */
  onOperation: (operation: Operation) => (outcome: OperationOutcome) => void =
    () => () => {};

  readonly #open: () => Promise<Deno.Kv>;
  readonly #clock: Clock;
  readonly #remote: boolean;
  #handle?: Handle;
  #triedAt = -Infinity;

  /**
   * `open` is called at the first use, and again after it failed. `remote`: the database is elsewhere, so that a connection to it that
   * does not answer is given up, and another opened.
   */
  constructor(
    open: () => Promise<Deno.Kv>,
    clock: Clock = SYSTEM_CLOCK,
    { remote = false } = {},
  ) {
    this.#open = open;
    this.#clock = clock;
    this.#remote = remote;
  }

  /** Operations that have not ended in time and are still under way. */
  get overdue(): number {
    return this.#handle?.overdue ?? 0;
  }

  async get<T>(key: Deno.KvKey): Promise<Entry<T> | null> {
    const entry = await this.#get<Stored<T>>(key);
    return entry && bare(entry);
  }

  /** All records of a selection, in the order of their keys. Not one snapshot: at most each batch of 500 is. */
  async list<T>(selector: Deno.KvListSelector): Promise<Entry<T>[]> {
    const entries = await this.#within(
      "list",
      async (kv) =>
        await Array.fromAsync(kv.list<Stored<T>>(selector, { batchSize: 500 })),
    );
    return entries.map(bare);
  }

  /** Makes the change, and returns its versionstamp; null when a check did not hold. */
  async commit(change: Change): Promise<string | null> {
    const checks = change.checks ?? [];
    const nonce = checks.length === 0 ? {} : { nonce: crypto.randomUUID() };
    const result = await this.#within("commit", (kv) => {
      const atomic = kv.atomic();
      for (const check of checks) atomic.check(check);
      for (const { key, value, expireIn } of change.set ?? []) {
        atomic.set(
          key,
          { ...value, ...nonce },
          expireIn === undefined ? {} : { expireIn },
        );
      }
      for (const key of change.delete ?? []) atomic.delete(key);
      return atomic.commit();
    }, () => this.onOverdue());
    if (result.ok) return result.versionstamp;
    const first = change.set?.[0];
    if (!first) return null;
    const now = await this.#get<{ nonce?: string }>(first.key);
    return now && now.value.nonce === nonce.nonce ? now.versionstamp : null;
  }

  /**
   * The present value of a key, and every newer one that is not overtaken by the next. The stream may end or fail at any time. A remote
   * database is watched over a connection of its own, that ends with the stream: what the watch tells would wait there for answers to be
   * acknowledged (RFC 1122, 4.2.3.4), and a connection that has died unnoticed would stay.
   */
  async watch(
    key: Deno.KvKey,
  ): Promise<ReadableStream<Deno.KvEntryMaybe<unknown>[]>> {
    if (!this.#remote) {
      return await this.#within(
        "watch",
        (kv) => Promise.resolve(kv.watch([key])),
      );
    }
    const opening = this.#open();
    const own = await this.#within("watch", () => opening).catch((error) => {
      opening.then((kv) => kv.close(), () => {});
      throw error;
    });
    return watchAndClose(own, key);
  }

  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    (await handle?.kv.catch(() => undefined))?.close();
  }

  async #get<T>(key: Deno.KvKey): Promise<Entry<T> | null> {
    const entry = await this.#within("get", (kv) => kv.get<T>(key));
    return entry.versionstamp === null ? null : entry;
  }

  async #within<T>(
    kind: Operation,
    operation: (kv: Deno.Kv) => Promise<T>,
    onOverdue = () => {},
  ): Promise<T> {
    const handle = this.#opened();
    const now = this.#clock.monotonic();
    const ended = this.onOperation(kind);
    if (handle.overdue >= MAX_OVERDUE && now - this.#triedAt < TRIAL_MS) {
      ended("not-begun");
      throw new ProtocolError("unavailable", { retryAfter: RETRY_AFTER_MS });
    }
    this.#triedAt = now;
    let late = false;
    let callOff = () => {};
    const tooLate = new Promise<never>((_, reject) => {
      callOff = this.#clock.after(DEADLINE_MS, () => {
        late = true;
        this.#overdue(handle);
        onOverdue();
        reject(new Error(`no answer in ${DEADLINE_MS} ms`));
      });
    });
    const done = handle.kv.then((kv) =>
      this.#whenUnlocked(() => operation(kv), () => late)
    );
    const settled = () => {
      if (!late) return;
      handle.overdue--;
      onOverdue();
    };
    done.then(settled, settled);
    try {
      const result = await Promise.race([done, tooLate]);
      ended("ok");
      return result;
    } catch (cause) {
      ended(late ? "late" : "failed");
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

  /** SQLite lets one write at a time, opening a new file included, and tells others that it is locked: nothing has happened then. */
  async #whenUnlocked<T>(
    operation: () => Promise<T>,
    isLate: () => boolean,
  ): Promise<T> {
    for (;;) {
      try {
        return await operation();
      } catch (error) {
        if (!isLocked(error) || isLate()) throw error;
        await delay(this.#clock, LOCKED_AGAIN_MS);
      }
    }
  }

  /** An operation has not ended in time. It stays under way, unless the connection is given up: one that is not even open at once. */
  #overdue(handle: Handle): void {
    handle.overdue++;
    const age = this.#clock.monotonic() - handle.openedAt;
    if (!this.#remote || this.#handle !== handle) return;
    if (handle.isOpen && age < HANDLE_LIFE_MS) return;
    this.#handle = undefined;
    handle.kv.then((kv) => kv.close()).catch(() => {});
  }

  #opened(): Handle {
    if (this.#handle) return this.#handle;
    const openedAt = this.#clock.monotonic();
    const isLate = () => this.#clock.monotonic() - openedAt >= DEADLINE_MS;
    const handle: Handle = {
      kv: this.#whenUnlocked(this.#open, isLate).then((kv) => {
        handle.isOpen = true;
        return kv;
      }, (error) => {
        if (this.#handle === handle) this.#handle = undefined;
        // Deno.openKv throws a TypeError also where nobody answers: that is no defect of ours.
        throw new Error("the database cannot be opened", { cause: error });
      }),
      isOpen: false,
      openedAt,
      overdue: 0,
    };
    return this.#handle = handle;
  }
}

/** A record as it was written, without what is only this store's. */
function bare<T>({ key, value, versionstamp }: Entry<Stored<T>>): Entry<T> {
  const { nonce: _, ...record } = value;
  return { key, value: record as T, versionstamp };
}

/** A watch on a database that is closed when the watch is over. */
function watchAndClose(
  kv: Deno.Kv,
  key: Deno.KvKey,
): ReadableStream<Deno.KvEntryMaybe<unknown>[]> {
  const reader = kv.watch([key]).getReader();
  return new ReadableStream({
    async pull(stream) {
      const { done, value } = await reader.read().catch((error) => {
        kv.close();
        throw error;
      });
      if (!done) return stream.enqueue(value);
      kv.close();
      stream.close();
    },
    async cancel() {
      await reader.cancel().catch(() => {});
      kv.close();
    },
  }, { highWaterMark: 0 });
}

function isLocked(error: unknown): boolean {
  return error instanceof Error && error.message === "database is locked";
}

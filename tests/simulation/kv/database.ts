/** The database behind every {@linkcode FakeKv}: one, however many instances use it. */
import { encodeKey } from "./key.ts";

export interface Stored {
  key: Deno.KvKey;
  /** A copy of what was written; whoever reads gets a copy of that. */
  value: unknown;
  versionstamp: string;
  /** By the database's calendar. */
  expiresAt: number | undefined;
}

/** A value as the database keeps or gives it: nobody's changes reach it. */
export function copyOf(value: unknown): unknown {
  return typeof value === "object" ? structuredClone(value) : cloneable(value);
}

/** Texts, numbers and the like need no copy; functions and symbols cannot be had. */
function cloneable(value: unknown): unknown {
  if (typeof value !== "function" && typeof value !== "symbol") return value;
  throw new TypeError(`${String(value)} could not be cloned.`);
}

export interface Check {
  key: Deno.KvKey;
  versionstamp: string | null;
}

export type Mutation =
  | { type: "delete"; key: Deno.KvKey }
  | {
    type: "set";
    key: Deno.KvKey;
    value: unknown;
    expiresAt: number | undefined;
  };

/** From `start` up to but without `end`, both encoded. */
export interface Range {
  start: string;
  end: string;
}

export class Database {
  /** Called after each commit. */
  onCommit: (mutations: readonly Mutation[]) => void = () => {};
  /** All keys, encoded, in order. */
  readonly #keys: string[] = [];
  readonly #stored = new Map<string, Stored>();
  readonly #watchers = new Map<string, Set<() => void>>();
  #version = 0;

  get size(): number {
    return this.#keys.length;
  }

  get(key: Deno.KvKey): Stored | undefined {
    return this.#stored.get(encodeKey(key));
  }

  /** The first `limit` records of a range, from its end with `reverse`. */
  list({ start, end }: Range, limit: number, reverse: boolean): Stored[] {
    const first = this.#position(start);
    const behind = this.#position(end);
    const keys = reverse
      ? this.#keys.slice(Math.max(first, behind - limit), behind).reverse()
      : this.#keys.slice(first, Math.min(behind, first + limit));
    return keys.map((key) => this.#stored.get(key)!);
  }

  /** Everything, in the order of the keys. */
  all(): Stored[] {
    return this.#keys.map((key) => this.#stored.get(key)!);
  }

  /** Makes all changes and returns their version; null when a check does not hold. */
  commit(
    checks: readonly Check[],
    mutations: readonly Mutation[],
  ): string | null {
    for (const { key, versionstamp } of checks) {
      if ((this.get(key)?.versionstamp ?? null) !== versionstamp) return null;
    }
    const version = (++this.#version).toString(16).padStart(16, "0");
    const versionstamp = `${version}0000`;
    const watchers = new Set<() => void>();
    for (const mutation of mutations) {
      const encoded = encodeKey(mutation.key);
      if (mutation.type === "delete") this.#delete(encoded);
      else {
        if (!this.#stored.has(encoded)) {
          this.#keys.splice(this.#position(encoded), 0, encoded);
        }
        const { key, value, expiresAt } = mutation;
        this.#stored.set(encoded, { key, value, versionstamp, expiresAt });
      }
      this.#watchers.get(encoded)?.forEach((watcher) => watchers.add(watcher));
    }
    for (const watcher of watchers) watcher();
    this.onCommit(mutations);
    return versionstamp;
  }

  /** Calls `onChange` after every commit that changes one of the keys, until the function that comes back is called. */
  watch(keys: readonly Deno.KvKey[], onChange: () => void): () => void {
    const sets = keys.map((key) => {
      const encoded = encodeKey(key);
      const set = this.#watchers.get(encoded) ?? new Set();
      this.#watchers.set(encoded, set);
      set.add(onChange);
      return set;
    });
    return () => sets.forEach((set) => set.delete(onChange));
  }

  /** Deletes what has expired by then. The real one, too, does that now and then and not in time. */
  sweep(now: number): void {
    for (const [encoded, { expiresAt }] of [...this.#stored]) {
      if (expiresAt !== undefined && expiresAt <= now) this.#delete(encoded);
    }
  }

  #delete(encoded: string): void {
    if (this.#stored.delete(encoded)) {
      this.#keys.splice(this.#position(encoded), 1);
    }
  }

  /** Where a key is in the order, or would be. */
  #position(encoded: string): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#keys[middle] < encoded) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

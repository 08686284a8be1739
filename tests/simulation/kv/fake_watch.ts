import { copyOf, type Database } from "./database.ts";
import type { KvLine, LineWatch } from "./line.ts";

/** Waits before a watch whose stream was cut is connected anew, in milliseconds: they grow, and no success makes them short again. */
const RECONNECT_MS = [
  280,
  250,
  340,
  320,
  270,
  430,
  660,
  1_100,
  1_800,
  2_800,
  5_100,
  8_600,
  10_500,
];

/** The stream of `kv.watch`: the state of its keys at first and whenever it has changed, the latest only. */
export class FakeWatch implements LineWatch {
  readonly stream: ReadableStream<Deno.KvEntryMaybe<unknown>[]>;
  readonly #database: Database;
  readonly #line: KvLine;
  readonly #keys: readonly Deno.KvKey[];
  readonly #unwatch: () => void;
  #controller!: ReadableStreamDefaultController<Deno.KvEntryMaybe<unknown>[]>;
  #state: "connected" | "cut" | "silent" | "closed" = "connected";
  #cuts = 0;
  /** The versions that were told last. */
  #told: string | null = null;
  #isWanted = false;
  #isUnderWay = false;

  constructor(database: Database, line: KvLine, keys: readonly Deno.KvKey[]) {
    this.#database = database;
    this.#line = line;
    this.#keys = keys;
    this.#unwatch = database.watch(keys, () => this.#offer());
    line.watches.add(this);
    this.stream = new ReadableStream({
      start: (controller) => void (this.#controller = controller),
      pull: () => {
        this.#isWanted = true;
        this.#offer();
      },
      cancel: () => this.#close(),
    });
    if (!line.isUp) this.cut();
  }

  cut(): void {
    if (this.#state !== "connected") return;
    this.#state = "cut";
    this.#reconnectLater();
  }

  silence(): void {
    if (this.#state !== "closed") this.#state = "silent";
  }

  fail(): void {
    if (this.#state === "closed") return;
    this.#close();
    this.#controller.error(
      new TypeError("watch failed: 429 Too Many Requests"),
    );
  }

  #reconnectLater(): void {
    const wait = RECONNECT_MS[Math.min(this.#cuts++, RECONNECT_MS.length - 1)];
    this.#line.timeline.after(wait, () => {
      if (this.#state !== "cut") return;
      if (!this.#line.isUp) return this.#reconnectLater();
      this.#state = "connected";
      this.#offer();
    });
  }

  /** Tells the state if somebody wants it and it is new. What changes while it is under way is told with it. */
  #offer(): void {
    if (!this.#isWanted || this.#isUnderWay || this.#state !== "connected") {
      return;
    }
    if (this.#told === this.#versions()) return;
    this.#isUnderWay = true;
    this.#line.timeline.after(this.#line.latency(), () => {
      this.#isUnderWay = false;
      if (this.#state !== "connected") return;
      this.#told = this.#versions();
      this.#isWanted = false;
      this.#controller.enqueue(
        this.#keys.map((key) => entryOf(key, this.#database)),
      );
    });
  }

  #versions(): string {
    return this.#keys.map((key) => this.#database.get(key)?.versionstamp)
      .join();
  }

  #close(): void {
    this.#state = "closed";
    this.#unwatch();
    this.#line.watches.delete(this);
  }
}

/** What is at a key, as Deno KV tells it. */
export function entryOf<T>(
  key: Deno.KvKey,
  database: Database,
): Deno.KvEntryMaybe<T> {
  const stored = database.get(key);
  return stored
    ? {
      key: [...stored.key],
      value: copyOf(stored.value) as T,
      versionstamp: stored.versionstamp,
    }
    : { key: [...key], value: null, versionstamp: null };
}

import type { Clock } from "../../protocol/clock.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { Store } from "../store.ts";
import { Timers } from "../timers.ts";

/**
 * How long a watch is used before it is made anew. The client of a remote database connects a broken watch again by itself, but later
 * each time, and never notices one that has only gone silent.
 */
const WATCH_LIFE_MS = 60_000;
/** How long a ring of one's own may take to be heard. */
const CANARY_MS = 1_500;
/** In doubt: how often to look without being rung, and how often to ring oneself on a new watch. */
const POLL_MS = 250;
const RING_MS = 2_000;

export interface DoorbellOptions {
  store: Store;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  /** The one key that is watched. */
  key: Deno.KvKey;
  /** Somebody has rung, or may have: look what there is. `from`: who rang last; others may have just before. */
  onRing: (from?: string) => void;
}

/**
 * A key in Deno KV that others write to say that there is mail. `kv.watch` shows only the latest value, so a ring says no more than
 * "look". The watch is believed only as long as the instance hears itself ring: whoever rings for it tells {@linkcode expect}.
 */
export class Doorbell {
  readonly #options: DoorbellOptions;
  readonly #timers: Timers;
  #reader:
    | ReadableStreamDefaultReader<Deno.KvEntryMaybe<unknown>[]>
    | undefined;
  #watching: Promise<void> = Promise.resolve();
  /** The newest ring that was heard, and the newest that must be. */
  #heard = "";
  #expected = "";
  #proofs = new Set<() => void>();
  #doubted = false;
  #closed = false;

  constructor(options: DoorbellOptions) {
    this.#options = options;
    this.#timers = new Timers(options.clock);
  }

  /** Where a ring is written. */
  get key(): Deno.KvKey {
    return this.#options.key;
  }

  /** Whether the watch cannot be relied upon now; meanwhile the mail is polled. */
  get doubted(): boolean {
    return this.#doubted;
  }

  start(): void {
    this.#watching = this.#watch();
  }

  /** The instance has rung its own bell by a commit of that version. If that is not heard in time, the watch is doubted. */
  expect(versionstamp: string): void {
    if (versionstamp > this.#expected) this.#expected = versionstamp;
    this.#timers.after(CANARY_MS, () => {
      if (this.#heard < versionstamp) this.doubt();
    });
  }

  /** Rings, and resolves to whether that was heard within 1.5 s, or could not even be written. */
  async prove(): Promise<"heard" | "unheard" | "unavailable"> {
    const rung = await this.#ring();
    if (rung === null) return "unavailable";
    this.expect(rung);
    return await new Promise((resolve) => {
      const look = () => {
        if (this.#heard >= rung) done("heard");
      };
      const callOff = this.#timers.after(CANARY_MS, () => done("unheard"));
      const done = (proof: "heard" | "unheard") => {
        callOff();
        this.#proofs.delete(look);
        resolve(proof);
      };
      this.#proofs.add(look);
      look();
    });
  }

  /** Doubts the watch: makes it anew, and polls until it is proven. */
  doubt(): void {
    if (this.#doubted || this.#closed) return;
    this.#doubted = true;
    this.#options.log.warn("watch-doubted");
    this.#options.metrics.doubts.inc();
    void this.#poll();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#timers.close();
    this.#renew();
    await this.#watching;
  }

  async #watch(): Promise<void> {
    while (!this.#closed) {
      let callOff = () => {};
      try {
        const stream = await this.#options.store.watch(this.key);
        this.#reader = stream.getReader();
        if (this.#closed) this.#renew();
        callOff = this.#timers.after(WATCH_LIFE_MS, () => this.#renew());
        await this.#listen(this.#reader);
      } catch {
        this.doubt();
        await this.#timers.pause(POLL_MS);
      } finally {
        callOff();
      }
    }
  }

  async #listen(
    reader: ReadableStreamDefaultReader<Deno.KvEntryMaybe<unknown>[]>,
  ): Promise<void> {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      this.#hear(value[0].versionstamp ?? "");
      // A new watch begins with the present value: what rang while there was none is found by it.
      this.#options.onRing((value[0].value as { from?: string } | null)?.from);
    }
  }

  #hear(versionstamp: string): void {
    if (versionstamp <= this.#heard) return;
    this.#heard = versionstamp;
    this.#proofs.forEach((look) => look());
    if (!this.#doubted || versionstamp < this.#expected) return;
    this.#doubted = false;
    this.#options.log.info("watch-proven");
  }

  async #poll(): Promise<void> {
    const { clock, onRing } = this.#options;
    let rungAt = -Infinity;
    while (this.#doubted && !this.#closed) {
      onRing();
      if (clock.monotonic() - rungAt >= RING_MS) {
        rungAt = clock.monotonic();
        this.#renew();
        const rung = await this.#ring();
        if (rung !== null && rung > this.#expected) this.#expected = rung;
      }
      await this.#timers.pause(POLL_MS);
    }
  }

  #ring(): Promise<string | null> {
    return this.#options.store.commit({ set: [{ key: this.key, value: {} }] })
      .catch(() => null);
  }

  /** Ends the watch; {@linkcode #watch} makes the next. */
  #renew(): void {
    this.#reader?.cancel().catch(() => {});
  }
}

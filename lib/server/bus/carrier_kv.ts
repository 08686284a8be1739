import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { Clock } from "../../protocol/clock.ts";
import { KEYS } from "../keys.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { Store } from "../store.ts";
import type { Carrier, Parcel } from "./carrier.ts";
import { Doorbell } from "./doorbell.ts";

/** A parcel as it lies in Deno KV: its messages as a JSON array, deflated (RFC 1951), because SDP shrinks to a quarter. */
interface MailRecord {
  messages: Uint8Array;
}

/** When mail may be collected as garbage, by the sender's calendar, which may be ten minutes wrong. Nobody waits for it. */
const MAIL_LIFE_MS = 1_200_000;
/** How often a sender says again that there is mail of it. */
const MARK_AGAIN_MS = 300_000;

const UTF8 = { encoder: new TextEncoder(), decoder: new TextDecoder() };

/**
 * The way between any two instances that share a database. One atomic write puts the parcel into the recipient's mailbox, by sender and
 * number, and rings its {@linkcode Doorbell}; the recipient then reads what is new of each sender. Writing the same parcel again changes
 * nothing, so a commit whose outcome is unknown is simply repeated. Mail is never deleted: that would cost as much as writing it.
 */
export class KvCarrier implements Carrier {
  readonly name = "kv";
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #metrics: Metrics;
  #bell: Doorbell | undefined;
  #instanceId = "";
  #onParcel: (parcel: Parcel) => void = () => {};
  /** When each recipient was last told that there is mail from here. */
  readonly #marked = new Map<string, number>();
  /** The number of the last parcel read, by sender. */
  readonly #read = new Map<string, number>();
  /** Who has rung since the last reading. */
  readonly #ringers = new Set<string>();
  #reading = false;
  #rung = false;

  constructor(store: Store, clock: Clock, log: Log, metrics: Metrics) {
    this.#store = store;
    this.#clock = clock;
    this.#log = log;
    this.#metrics = metrics;
  }

  open(instanceId: string, onParcel: (parcel: Parcel) => void): void {
    this.#instanceId = instanceId;
    this.#onParcel = onParcel;
    this.#bell = new Doorbell({
      store: this.#store,
      clock: this.#clock,
      log: this.#log,
      metrics: this.#metrics,
      key: KEYS.bell(instanceId),
      onRing: (from) => {
        if (from !== undefined) this.#ringers.add(from);
        void this.#collect();
      },
    });
    this.#bell.start();
  }

  /** The bell of this instance, once it is open. */
  get bell(): Doorbell {
    return this.#bell!;
  }

  reaches(): boolean {
    return true;
  }

  async carry(to: string, parcel: Parcel): Promise<boolean> {
    const { from, number } = parcel;
    const text = UTF8.encoder.encode(parcel.messages);
    const value: MailRecord = {
      // A copy: what comes is a view of a larger buffer, and Deno KV would keep all of that.
      messages: new Uint8Array(deflateRawSync(text)),
    };
    const now = this.#clock.monotonic();
    const mark = now - (this.#marked.get(to) ?? -Infinity) > MARK_AGAIN_MS;
    const expireIn = MAIL_LIFE_MS;
    try {
      await this.#store.commit({
        set: [
          { key: KEYS.mail(to, from, number), value, expireIn },
          { key: KEYS.bell(to), value: { from }, expireIn },
          ...mark
            ? [{ key: KEYS.mailFrom(to, from), value: {}, expireIn }]
            : [],
        ],
      });
    } catch (error) {
      if (error instanceof TypeError || error instanceof RangeError) {
        throw error;
      }
      return false;
    }
    if (mark) this.#marked.set(to, now);
    return true;
  }

  async close(): Promise<void> {
    await this.#bell?.close();
  }

  /** Reads what is new. One at a time: a ring meanwhile means once more. */
  async #collect(): Promise<void> {
    this.#rung = true;
    if (this.#reading) return;
    this.#reading = true;
    try {
      while (this.#rung) {
        this.#rung = false;
        const rung = [...this.#ringers];
        this.#ringers.clear();
        for (const from of rung) await this.#readFrom(from);
        const marks = await this.#store.list(
          { prefix: KEYS.mailboxes(this.#instanceId) },
        );
        for (const { key } of marks) {
          const from = key[2] as string;
          if (!rung.includes(from)) await this.#readFrom(from);
        }
      }
    } catch {
      this.#bell?.doubt();
    } finally {
      this.#reading = false;
    }
  }

  async #readFrom(from: string): Promise<void> {
    const last = this.#read.get(from) ?? 0;
    const mail = await this.#store.list<MailRecord>({
      start: KEYS.mail(this.#instanceId, from, last + 1),
      end: KEYS.mail(this.#instanceId, from, Number.MAX_SAFE_INTEGER),
    });
    for (const { key, value } of mail) {
      const number = key[3] as number;
      this.#read.set(from, number);
      const messages = UTF8.decoder.decode(inflateRawSync(value.messages));
      this.#onParcel({ from, number, messages });
    }
  }
}

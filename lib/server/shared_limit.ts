import type { Clock } from "../protocol/clock.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { KEYS } from "./keys.ts";
import { sealedName } from "./sealed_name.ts";
import type { Secret } from "./secret.ts";
import type { Store } from "./store.ts";

/** What all instances together have taken of one address's allowance, beyond their own shares, in one minute. */
interface TakenRecord {
  taken: number;
}

/** What one instance may still let through for one address in one minute. */
interface Allowance {
  minute: number;
  left: number;
  /** The others have taken the rest. */
  spent: boolean;
  /** A share is being fetched from the store. */
  fetching?: Promise<void>;
  /** How much attempts hold that are under way. */
  lent: number;
  /** What waits for the next of them to end. */
  returned?: PromiseWithResolvers<void>;
}

export interface SharedLimitOptions {
  /** Which limit this is: each counts for itself. */
  name: string;
  /** How often an address may do it, over all instances, apart from their own shares. */
  perMinute: number;
  store: Store;
  clock: Clock;
  /** Hides addresses in the store. */
  secret: Secret;
}

const MINUTE_MS = 60_000;
const TRIES = 10;
/** How long to wait when the store cannot say whether there is anything left. */
const STORE_AGAIN_MS = 2_000;
/** Addresses that an instance remembers: some 2 MB. */
const MAX_ADDRESSES = 10_000;

/**
 * How often something may be done from one network address per minute, counted over all instances.
 *
 * Each instance lets a quarter of it through on its own, so an ordinary person never costs a write. Whoever does more is counted in the
 * store, where instances take what is left of the other three quarters, a quarter by each write: with n instances an address gets the limit
 * and at most n − 1 quarters more, for three writes a minute. Where the store cannot be reached nothing but the own quarter is let through.
 *
 * A minute is one of the calendar's, so an instance whose calendar is minutes off counts apart from the others.
 */
export class SharedLimit {
  readonly #options: SharedLimitOptions;
  readonly #share: number;
  readonly #rest: number;
  /** In the order of their last use. */
  readonly #allowances = new Map<string, Allowance>();

  constructor(options: SharedLimitOptions) {
    this.#options = options;
    this.#share = Math.ceil(options.perMinute / 4);
    this.#rest = options.perMinute - this.#share;
  }

  /** How many addresses are remembered now. */
  get size(): number {
    return this.#allowances.size;
  }

  /**
   * Counts it, if it may be done once more.
   *
   * @throws {ProtocolError} `rate-limited`.
   */
  async take(address: string): Promise<void> {
    await this.#take(address, 0);
  }

  /**
   * Lets something be attempted that only counts if it fails, and so that it `counts`: it is taken before and given back after. Meanwhile
   * others wait for it when nothing else is left. So many attempts at once are worth no more than one after the other, and nobody is
   * refused for what is given back.
   *
   * @throws {ProtocolError} `rate-limited`; and whatever the attempt throws.
   */
  async attempt<T>(
    address: string,
    task: () => Promise<T>,
    counts: (error: unknown) => boolean,
  ): Promise<T> {
    const allowance = await this.#take(address, 1);
    let isCounted = false;
    try {
      return await task();
    } catch (error) {
      isCounted = counts(error);
      throw error;
    } finally {
      allowance.lent--;
      if (!isCounted) allowance.left++;
      allowance.returned?.resolve();
      allowance.returned = undefined;
    }
  }

  /** Takes one of what is left for the address, once there is something left, and returns of what; `lent`: how many of it may come back. */
  async #take(address: string, lent: 0 | 1): Promise<Allowance> {
    for (;;) {
      const allowance = this.#allowance(address);
      if (allowance.left > 0) {
        allowance.left--;
        allowance.lent += lent;
        return allowance;
      }
      if (allowance.lent > 0) {
        allowance.returned ??= Promise.withResolvers();
        await allowance.returned.promise;
        continue;
      }
      if (allowance.spent || this.#rest === 0) throw this.#refusal();
      allowance.fetching ??= this.#fetch(address, allowance).finally(() =>
        allowance.fetching = undefined
      );
      await allowance.fetching;
    }
  }

  /** Takes a share of what is left in the store, if there is anything. */
  async #fetch(address: string, allowance: Allowance): Promise<void> {
    const { name, store, secret } = this.#options;
    const { minute } = allowance;
    const sealed = await sealedName(secret, `limit ${name} ${address}`);
    const key = KEYS.taken(name, sealed, minute);
    try {
      for (let tries = 0; tries < TRIES; tries++) {
        const entry = await store.get<TakenRecord>(key);
        const before = entry?.value.taken ?? 0;
        const got = Math.min(this.#share, this.#rest - before);
        if (got <= 0) return void (allowance.spent = true);
        const value: TakenRecord = { taken: before + got };
        const written = await store.commit({
          checks: [{ key, versionstamp: entry?.versionstamp ?? null }],
          set: [{ key, value, expireIn: 2 * MINUTE_MS }],
        });
        if (written !== null) return void (allowance.left += got);
      }
    } catch (cause) {
      throw this.#refusal(STORE_AGAIN_MS, cause);
    }
    throw this.#refusal(STORE_AGAIN_MS);
  }

  #refusal(
    retryAfter = MINUTE_MS - this.#options.clock.now() % MINUTE_MS,
    cause?: unknown,
  ): ProtocolError {
    return new ProtocolError("rate-limited", { retryAfter, cause });
  }

  #allowance(address: string): Allowance {
    const minute = Math.floor(this.#options.clock.now() / MINUTE_MS);
    let allowance = this.#allowances.get(address);
    if (allowance?.minute !== minute) {
      allowance = { minute, left: this.#share, spent: false, lent: 0 };
    }
    this.#allowances.delete(address);
    this.#allowances.set(address, allowance);
    if (this.#allowances.size > MAX_ADDRESSES) {
      const [oldest] = this.#allowances.keys();
      this.#allowances.delete(oldest);
    }
    return allowance;
  }
}

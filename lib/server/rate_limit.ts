/** Limits on how often something may happen. */
import type { Clock } from "../protocol/clock.ts";
import { ProtocolError } from "../protocol/errors.ts";

/** How fast something may happen: `perSecond` in the long run, `burst` at once after a pause. */
export interface Rate {
  perSecond: number;
  burst: number;
}

/** A token bucket: it holds `burst` tokens at most and gains `perSecond`. Whatever is limited takes one. */
export class TokenBucket {
  readonly #rate: Rate;
  readonly #clock: Clock;
  #tokens: number;
  #at: number;

  constructor(rate: Rate, clock: Clock) {
    this.#rate = rate;
    this.#clock = clock;
    this.#tokens = rate.burst;
    this.#at = clock.monotonic();
  }

  /** Takes a token, if there is one. */
  take(): boolean {
    if (this.waitMs() > 0) return false;
    this.#tokens--;
    return true;
  }

  /** Puts a token back that turned out not to be needed. */
  giveBack(): void {
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + 1);
  }

  /** Milliseconds until a token can be taken; 0 when one can be taken now. */
  waitMs(): number {
    const now = this.#clock.monotonic();
    const gained = (now - this.#at) / 1_000 * this.#rate.perSecond;
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + gained);
    this.#at = now;
    if (this.#tokens >= 1) return 0;
    return Math.ceil((1 - this.#tokens) / this.#rate.perSecond * 1_000);
  }
}

/** Keys that a limiter remembers: some 2 MB. */
const MAX_KEYS = 10_000;

/**
 * A token bucket for each key, such as a network address. When there are too many keys the one longest unused is forgotten, so that its
 * next use finds a full bucket: who has that many addresses gains little by it, and the memory is bounded.
 */
export class RateLimiter {
  readonly #rate: Rate;
  readonly #clock: Clock;
  readonly #maxKeys: number;
  /** In the order of their last use. */
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(rate: Rate, clock: Clock, maxKeys = MAX_KEYS) {
    this.#rate = rate;
    this.#clock = clock;
    this.#maxKeys = maxKeys;
  }

  /** How many keys are remembered now. */
  get size(): number {
    return this.#buckets.size;
  }

  /** @throws {ProtocolError} `rate-limited` when `key` has no token left. Takes none. */
  check(key: string): void {
    const retryAfter = this.#bucket(key).waitMs();
    if (retryAfter > 0) throw new ProtocolError("rate-limited", { retryAfter });
  }

  /**
   * Takes a token of `key`.
   *
   * @throws {ProtocolError} `rate-limited` when there is none.
   */
  take(key: string): void {
    this.check(key);
    this.#bucket(key).take();
  }

  /** Takes a token of `key` if there is one: for what is counted, and refused only the next time. */
  count(key: string): void {
    this.#bucket(key).take();
  }

  /** Puts a token of `key` back. */
  giveBack(key: string): void {
    this.#bucket(key).giveBack();
  }

  #bucket(key: string): TokenBucket {
    const bucket = this.#buckets.get(key) ??
      new TokenBucket(this.#rate, this.#clock);
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    if (this.#buckets.size > this.#maxKeys) {
      const [oldest] = this.#buckets.keys();
      this.#buckets.delete(oldest);
    }
    return bucket;
  }
}

/** Limits on how often something may happen. */
import type { Clock } from "../protocol/clock.ts";
import { ProtocolError } from "../protocol/errors.ts";

/** How fast something may happen: `perSecond` in the long run, `burst` at once after a pause. */
export interface Rate {
  perSecond: number;
  burst: number;
}

/** A token bucket: it holds `burst` tokens at most and gains `perSecond`. Whatever is limited takes one, or as many as it is large. */
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

  /** Takes tokens, if there are so many. `now`: by the clock's monotonic time. */
  take(count = 1, now = this.#clock.monotonic()): boolean {
    if (this.waitMs(count, now) > 0) return false;
    this.#tokens -= count;
    return true;
  }

  /** Milliseconds until so many tokens can be taken; 0 when they can be taken now. */
  waitMs(count = 1, now = this.#clock.monotonic()): number {
    const gained = (now - this.#at) / 1_000 * this.#rate.perSecond;
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + gained);
    this.#at = now;
    if (this.#tokens >= count) return 0;
    return Math.ceil((count - this.#tokens) / this.#rate.perSecond * 1_000);
  }
}

/** What somebody may send: so many messages, and so many bytes of them. */
export class SendingRate {
  readonly #messages: TokenBucket;
  readonly #bytes: TokenBucket;
  readonly #clock: Clock;

  constructor(messages: TokenBucket, bytes: TokenBucket, clock: Clock) {
    this.#messages = messages;
    this.#bytes = bytes;
    this.#clock = clock;
  }

  /** Takes a message of so many bytes, if it may be sent. One that is too large for now counts as a message all the same. */
  take(bytes: number): boolean {
    const now = this.#clock.monotonic();
    return this.#messages.take(1, now) && this.#bytes.take(bytes, now);
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

  /**
   * Takes a token of `key`.
   *
   * @throws {ProtocolError} `rate-limited` when there is none.
   */
  take(key: string): void {
    const bucket = this.bucket(key);
    if (bucket.take()) return;
    throw new ProtocolError("rate-limited", { retryAfter: bucket.waitMs() });
  }

  /** The bucket of `key`. */
  bucket(key: string): TokenBucket {
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

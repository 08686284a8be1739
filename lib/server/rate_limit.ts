/** Limits on how often something may happen. */
import type { Clock } from "../protocol/clock.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { Remembered } from "./remembered.ts";

/** How fast something may happen: `perSecond` in the long run, `burst` at once after a pause. */
export interface Rate {
  perSecond: number;
  burst: number;
}

/** What the tokens of a bucket have become after `ms` milliseconds. */
export function refilled(
  tokens: number,
  { perSecond, burst }: Rate,
  ms: number,
): number {
  return Math.min(burst, tokens + ms / 1_000 * perSecond);
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

  /** Milliseconds until a token can be taken; 0 when one can be taken now. */
  waitMs(): number {
    const now = this.#clock.monotonic();
    this.#tokens = refilled(this.#tokens, this.#rate, now - this.#at);
    this.#at = now;
    if (this.#tokens >= 1) return 0;
    return Math.ceil((1 - this.#tokens) / this.#rate.perSecond * 1_000);
  }
}

/** A token bucket for each key. */
export class RateLimiter {
  readonly #buckets: Remembered<TokenBucket>;

  constructor(rate: Rate, clock: Clock) {
    this.#buckets = new Remembered(() => new TokenBucket(rate, clock));
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
    return this.#buckets.of(key);
  }
}

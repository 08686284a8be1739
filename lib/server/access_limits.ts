import type { Clock } from "../protocol/clock.ts";
import { PinGuesses } from "./pin_guesses.ts";
import { RateLimiter } from "./rate_limit.ts";
import type { Limits } from "./settings.ts";
import type { Store } from "./store.ts";

/** How often the HTTP API may be used: per network address on this instance, and for PINs per room on all of them. */
export class AccessLimits {
  /** Every call. */
  readonly requests: RateLimiter;
  readonly createRoom: RateLimiter;
  readonly join: RateLimiter;
  /** Joins with a wrong PIN or token, or to a room that is not there. */
  readonly failedJoin: RateLimiter;
  readonly pins: PinGuesses;

  constructor(limits: Limits, store: Store, clock: Clock) {
    const perMinute = (count: number) =>
      new RateLimiter({ perSecond: count / 60, burst: count }, clock);
    this.requests = perMinute(limits.requestsPerMinute);
    this.createRoom = perMinute(limits.roomsPerMinute);
    this.join = perMinute(limits.joinsPerMinute);
    this.failedJoin = perMinute(limits.failedJoinsPerMinute);
    this.pins = new PinGuesses(store, clock, limits.wrongPinsPerHour);
  }
}

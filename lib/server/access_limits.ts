import type { Clock } from "../protocol/clock.ts";
import { PinGuesses } from "./pin_guesses.ts";
import { RateLimiter } from "./rate_limit.ts";
import type { Settings } from "./settings.ts";
import { SharedLimit } from "./shared_limit.ts";
import type { Store } from "./store.ts";

/** How often the service may be used. What only costs an instance work is counted on that instance, the rest over all of them. */
export class AccessLimits {
  /** Every call of the HTTP API: per network address, on this instance. */
  readonly requests: RateLimiter;
  /** Connections: per member, on this instance. */
  readonly connections: RateLimiter;
  /** Per network address, over all instances. */
  readonly createRoom: SharedLimit;
  /** Per network address, over all instances. */
  readonly join: SharedLimit;
  /** Joins with a wrong PIN or token, or to a room that is not there, and connections with a bad token: per address, over all instances. */
  readonly failedJoin: SharedLimit;
  /** Wrong PINs: per room, over all instances. */
  readonly pins: PinGuesses;

  /** @throws {Error} when there is no `jwtSecret`. */
  constructor(
    { limits, jwtSecret: secret }: Pick<Settings, "limits" | "jwtSecret">,
    store: Store,
    clock: Clock,
  ) {
    if (!secret) throw new Error("limits need a secret");
    const here = (count: number) =>
      new RateLimiter({ perSecond: count / 60, burst: count }, clock);
    const shared = (name: string, perMinute: number) =>
      new SharedLimit({ name, perMinute, store, clock, secret });
    this.requests = here(limits.requestsPerMinute);
    this.connections = here(limits.connectionsPerMinute);
    this.createRoom = shared("create-room", limits.roomsPerMinute);
    this.join = shared("join", limits.joinsPerMinute);
    this.failedJoin = shared("failed-join", limits.failedJoinsPerMinute);
    this.pins = new PinGuesses(store, clock, limits.wrongPinsPerHour);
  }
}

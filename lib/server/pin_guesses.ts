import type { Clock } from "../protocol/clock.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { KEYS } from "./keys.ts";
import type { Store } from "./store.ts";

/** Wrong guesses at one room's PIN, since a moment (milliseconds since 1970). */
interface GuessRecord {
  count: number;
  since: number;
}

const HOUR_MS = 3_600_000;
const TRIES = 10;

/**
 * How often a room's PIN may be guessed wrong, by everyone on every instance together: limits per address do not stop who has many. At 100 an
 * hour a PIN of 4 digits lasts two days on average, one of 6 half a year. Who spends all guesses shuts the PIN's door to others for the rest
 * of the hour; holders of tokens come in all the same.
 */
export class PinGuesses {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #perHour: number;
  /** Guesses at one room are looked at one after the other here, so that many at once cannot slip past the count. */
  readonly #lines = new Map<string, Promise<unknown>>();

  constructor(store: Store, clock: Clock, perHour: number) {
    this.#store = store;
    this.#clock = clock;
    this.#perHour = perHour;
  }

  /**
   * Lets a guess at a room's PIN be made, and counts it if it is wrong.
   *
   * @throws {ProtocolError} `rate-limited`, `unavailable`.
   */
  guess(roomId: string, isRight: () => Promise<boolean>): Promise<boolean> {
    const before = this.#lines.get(roomId) ?? Promise.resolve();
    const guessed = before.then(() => this.#guess(roomId, isRight));
    const line = guessed.catch(() => {}).then(() => {
      if (this.#lines.get(roomId) === line) this.#lines.delete(roomId);
    });
    this.#lines.set(roomId, line);
    return guessed;
  }

  async #guess(
    roomId: string,
    isRight: () => Promise<boolean>,
  ): Promise<boolean> {
    await this.#read(roomId);
    if (await isRight()) return true;
    for (let tries = 0; tries < TRIES; tries++) {
      const { key, versionstamp, count, since } = await this.#read(roomId);
      const value: GuessRecord = { count: count + 1, since };
      const written = await this.#store.commit({
        checks: [{ key, versionstamp }],
        set: [{ key, value, expireIn: HOUR_MS }],
      });
      if (written !== null) return false;
    }
    throw new ProtocolError("unavailable");
  }

  /** @throws {ProtocolError} `rate-limited` when no guess is left. */
  async #read(roomId: string) {
    const key = KEYS.pinGuesses(roomId);
    const entry = await this.#store.get<GuessRecord>(key);
    const now = this.#clock.now();
    const age = entry ? now - entry.value.since : HOUR_MS;
    const { count, since } = entry && age < HOUR_MS
      ? entry.value
      : { count: 0, since: now };
    if (count >= this.#perHour) {
      throw new ProtocolError("rate-limited", { retryAfter: HOUR_MS - age });
    }
    return { key, versionstamp: entry?.versionstamp ?? null, count, since };
  }
}

import { seededRandom } from "../fakes/random.ts";

/** Chance by seed, in the forms that a simulation needs. */
export class Chance {
  readonly random: () => number;

  constructor(seed: number) {
    this.random = seededRandom(seed);
  }

  /** A number from `min` up to, not including, `max`. */
  between(min: number, max: number): number {
    return min + this.random() * (max - min);
  }

  /** A whole number from `min` to `max`, both possible. */
  whole(min: number, max: number): number {
    return Math.floor(this.between(min, max + 1));
  }

  /** True in that part of all cases. */
  is(part: number): boolean {
    return this.random() < part;
  }

  /** @throws {Error} when there is nothing to pick from. */
  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new Error("nothing to pick from");
    return items[Math.floor(this.random() * items.length)];
  }

  /** Fills an array, as `crypto.getRandomValues` does. */
  fill = (bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => {
    for (let at = 0; at < bytes.length; at++) bytes[at] = this.whole(0, 255);
    return bytes;
  };

  /** Another source, which this one determines: what it is asked for changes nothing here. */
  fork(): Chance {
    return new Chance(Math.floor(this.random() * 2 ** 32));
  }
}

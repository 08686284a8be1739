import type { Clock } from "@/lib/protocol/clock.ts";

/** What a wire does to what is put on it. */
export interface Faults {
  /** Parts of one: how many are lost, and how many arrive twice. */
  lost: number;
  doubled: number;
  /** The longest delay in milliseconds; each has its own, so they overtake one another. */
  delay: number;
}

export const NO_FAULTS: Faults = { lost: 0, doubled: 0, delay: 1 };

/** One direction of a wire that loses, doubles and reorders. */
export class LossyWire<Item> {
  faults: Faults;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #arrived: (item: Item) => void;

  constructor(
    clock: Clock,
    random: () => number,
    faults: Faults,
    arrived: (item: Item) => void,
  ) {
    this.#clock = clock;
    this.#random = random;
    this.faults = faults;
    this.#arrived = arrived;
  }

  put(item: Item): void {
    const { lost, doubled, delay } = this.faults;
    const copies = this.#random() < lost ? 0 : this.#random() < doubled ? 2 : 1;
    for (let i = 0; i < copies; i++) {
      this.#clock.after(this.#random() * delay, () => this.#arrived(item));
    }
  }
}

import type { Chance } from "./chance.ts";
import type { Machine } from "./machine.ts";
import type { Timeline } from "./timeline.ts";

/** How long a balancer goes on sending people to a machine that is gone. */
const UNNOTICED_MS = { min: 0, max: 6_000 };

/** Spreads connections over the machines that it believes to be there. */
export class Balancer {
  readonly #timeline: Timeline;
  readonly #chance: Chance;
  readonly #listed = new Set<Machine>();

  constructor(timeline: Timeline, chance: Chance) {
    this.#timeline = timeline;
    this.#chance = chance;
  }

  add(machine: Machine): void {
    this.#listed.add(machine);
  }

  /** The machine is going or gone; the balancer will notice. */
  remove(machine: Machine): void {
    const { min, max } = UNNOTICED_MS;
    this.#timeline.after(
      this.#chance.between(min, max),
      () => this.#listed.delete(machine),
    );
  }

  /** Some machine, perhaps a dead one; null: it knows of none. */
  pick(): Machine | null {
    return this.#listed.size > 0 ? this.#chance.pick([...this.#listed]) : null;
  }
}

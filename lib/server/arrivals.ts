/** Somebody who is on the way into a room: its record says that it is here, and it is not yet. */
export interface Arrival {
  /** Something came for the room, or for this member, that nobody was there to take. */
  missed: boolean;
  /** It is in, or will not come. */
  end(): void;
}

/** Who is on the way into which room here. */
export class Arrivals {
  readonly #byRoom = new Map<string, Set<Arrival>>();

  expect(roomId: string): Arrival {
    const arrivals = this.#byRoom.get(roomId) ?? new Set();
    this.#byRoom.set(roomId, arrivals);
    const arrival: Arrival = {
      missed: false,
      end: () => {
        arrivals.delete(arrival);
        if (arrivals.size === 0) this.#byRoom.delete(roomId);
      },
    };
    arrivals.add(arrival);
    return arrival;
  }

  /** Something came for a room, and could not be taken. */
  miss(roomId: string): void {
    for (const arrival of this.#byRoom.get(roomId) ?? []) arrival.missed = true;
  }
}

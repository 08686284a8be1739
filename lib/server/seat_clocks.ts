import type { Clock } from "../protocol/clock.ts";
import type { MemberRecord } from "./member_record.ts";
import type { Versioned } from "./store.ts";

/** How long until another try when the store could not be reached. */
const AGAIN_MS = 5_000;

/** The clocks of the seats that this instance keeps for members who are not connected: one for each, started by this instance itself. */
export class SeatClocks {
  readonly #clock: Clock;
  readonly #onEnd: (entry: Versioned<MemberRecord>) => Promise<void>;
  readonly #running = new Map<string, () => void>();

  /** `onEnd` ends the seat; while it fails it is called again. */
  constructor(
    clock: Clock,
    onEnd: (entry: Versioned<MemberRecord>) => Promise<void>,
  ) {
    this.#clock = clock;
    this.#onEnd = onEnd;
  }

  get size(): number {
    return this.#running.size;
  }

  has(roomId: string, memberId: string): boolean {
    return this.#running.has(`${roomId} ${memberId}`);
  }

  /** Lets a seat end after `ms` milliseconds; it replaces the clock that the seat had. */
  start(entry: Versioned<MemberRecord>, ms: number): void {
    const { roomId, memberId } = entry.value;
    const seat = `${roomId} ${memberId}`;
    this.stop(roomId, memberId);
    const callOff = this.#clock.after(ms, async () => {
      try {
        await this.#onEnd(entry);
        if (this.#running.get(seat) === callOff) this.#running.delete(seat);
      } catch {
        if (this.#running.get(seat) === callOff) this.start(entry, AGAIN_MS);
      }
    });
    this.#running.set(seat, callOff);
  }

  /** The member is connected again, or its seat has ended. */
  stop(roomId: string, memberId: string): void {
    const seat = `${roomId} ${memberId}`;
    this.#running.get(seat)?.();
    this.#running.delete(seat);
  }

  close(): void {
    this.#running.forEach((callOff) => callOff());
    this.#running.clear();
  }
}

import type { Clock } from "../protocol/clock.ts";
import { Timers } from "./timers.ts";

const AGAIN_MS = 2_000;

/** Rooms of which news may have been lost: their records are read again, one room after the other, until each was. */
export class Rereading {
  readonly #reread: (roomId: string) => Promise<void>;
  readonly #timers: Timers;
  readonly #doubted = new Set<string>();
  #isReading = false;
  #closed = false;

  /** `reread` reads a room again; while it fails it is called again, later. */
  constructor(reread: (roomId: string) => Promise<void>, clock: Clock) {
    this.#reread = reread;
    this.#timers = new Timers(clock);
  }

  add(roomIds: Iterable<string>): void {
    for (const roomId of roomIds) this.#doubted.add(roomId);
    if (!this.#isReading) void this.#readAll();
  }

  close(): void {
    this.#closed = true;
    this.#timers.close();
  }

  async #readAll(): Promise<void> {
    this.#isReading = true;
    for (const roomId of this.#doubted) {
      if (this.#closed) break;
      this.#doubted.delete(roomId);
      try {
        await this.#reread(roomId);
      } catch {
        this.#doubted.add(roomId);
        await this.#timers.pause(AGAIN_MS);
      }
    }
    this.#isReading = false;
  }
}

import { byteLength } from "../../protocol/parse.ts";
import type { Clock } from "../../protocol/clock.ts";
import { Timers } from "../timers.ts";
import type { Carrier, Parcel } from "./carrier.ts";

/** How long to wait before another try when no carrier could take a parcel. */
const AGAIN_MS = 250;
/** A parcel's size at most, so that it fits into one value of Deno KV (64 KiB), whatever it holds. */
const MAX_PARCEL_BYTES = 56_000;
const MAX_PARCEL_MESSAGES = 256;
/** What may wait for one instance, at most: about what its members' clients would send again anyway. */
const MAX_WAITING_BYTES = 4_194_304;

/** What a line asks of its bus. */
export interface LineOptions {
  from: string;
  to: string;
  /** In the order in which they are tried. The last is never given up. */
  carriers: readonly Carrier[];
  clock: Clock;
  /** A carrier has tried a parcel. */
  onCarried: (carrier: string, arrived: boolean) => void;
  /** Something was thrown away; the recipient will see a hole. */
  onLost: (count: number, error?: unknown) => void;
}

/**
 * What goes to one instance. What waits makes the next parcel while one is under way (stop and wait), so that parcels stay in order and a
 * busy line needs few of them. A carrier that fails is not used for this line again, but for the last: so no parcel overtakes one that
 * took another way.
 */
export class Line {
  readonly #options: LineOptions;
  readonly #carriers: Carrier[];
  readonly #timers: Timers;
  #number = 0;
  #waiting: { text: string; bytes: number }[] = [];
  #waitingBytes = 0;
  #underWay = false;
  #closed = false;
  #idle: (() => void)[] = [];

  constructor(options: LineOptions) {
    this.#options = options;
    const { carriers, to, clock } = options;
    this.#timers = new Timers(clock);
    const last = carriers.at(-1);
    this.#carriers = carriers.filter((carrier) =>
      carrier === last || carrier.reaches(to)
    );
  }

  send(text: string): void {
    if (this.#closed) return;
    const bytes = byteLength(text);
    if (this.#waitingBytes + bytes > MAX_WAITING_BYTES) this.#overflow();
    this.#waiting.push({ text, bytes });
    this.#waitingBytes += bytes;
    if (!this.#underWay) void this.#run();
  }

  /** Resolves when nothing waits and nothing is under way. */
  idle(): Promise<void> {
    if (!this.#underWay) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  close(): void {
    this.#closed = true;
    this.#waiting = [];
    this.#timers.close();
  }

  async #run(): Promise<void> {
    this.#underWay = true;
    // What is sent in the same turn goes along.
    await null;
    while (this.#waiting.length > 0) await this.#carry(...this.#next());
    this.#underWay = false;
    this.#idle.splice(0).forEach((resolve) => resolve());
  }

  #next(): [Parcel, count: number] {
    let bytes = 0;
    let count = 0;
    for (const message of this.#waiting) {
      if (count === MAX_PARCEL_MESSAGES) break;
      if (count > 0 && bytes + message.bytes > MAX_PARCEL_BYTES) break;
      bytes += message.bytes + 1;
      count++;
    }
    const texts = this.#waiting.splice(0, count).map(({ text }) => text);
    this.#waitingBytes -= bytes - count;
    const messages = `[${texts.join(",")}]`;
    return [
      { from: this.#options.from, number: ++this.#number, messages },
      count,
    ];
  }

  async #carry(parcel: Parcel, count: number): Promise<void> {
    const { to, onCarried, onLost } = this.#options;
    while (!this.#closed) {
      try {
        const [carrier] = this.#carriers;
        const arrived = await carrier.carry(to, parcel);
        onCarried(carrier.name, arrived);
        if (arrived) return;
      } catch (error) {
        // What cannot be carried at all would stop the line for good.
        return onLost(count, error);
      }
      if (this.#carriers.length > 1) this.#carriers.shift();
      else await this.#timers.pause(AGAIN_MS);
    }
  }

  /** Leaves a hole in the numbers, by which the recipient knows. */
  #overflow(): void {
    this.#options.onLost(this.#waiting.length);
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#number++;
  }
}

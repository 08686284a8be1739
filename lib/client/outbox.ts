/** The sender's half of the delivery envelope. `docs/protocol.md` section 6. */
import type { Clock } from "../protocol/clock.ts";
import {
  MAX_RETAINED_BYTES,
  MAX_RETAINED_SIGNALS,
  RESEND_DELAYS_MS,
  SIGNAL_WINDOW,
} from "../protocol/limits.ts";
import { byteLength } from "../protocol/parse.ts";

/** One numbered message under way. `base`: the lowest number that the sender still has; absent: it never forgot one. */
export interface Numbered {
  id: number;
  base?: number;
  data: unknown;
}

export interface OutboxOptions {
  clock: Clock;
  /** Puts a message on its way. It may get lost, be doubled or overtake others. */
  transmit(message: Numbered): void;
  /** Everything up to `id` has arrived. Called once per step forward. */
  onDelivered?(id: number): void;
  /** No acknowledgement came for `waited` milliseconds, and the unacknowledged are about to be sent again. */
  onResend?(waited: number): void;
  /** Waits before sending again, in milliseconds; the last one repeats. Default: 1, 2, 4 and 8 s. */
  resendDelays?: readonly number[];
}

interface Kept {
  id: number;
  data: unknown;
  bytes: number;
}

/** Numbers what it is given, keeps it until it is acknowledged and sends it again until then. Starts suspended: see `open`. */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #delays: readonly number[];
  /** Unacknowledged, in order of their numbers, which have no gaps. */
  readonly #kept: Kept[] = [];
  #keptBytes = 0;
  #nextId = 1;
  #forgot = false;
  #isOpen = false;
  /** How many of the kept, from the front, are under way. */
  #underWay = 0;
  #resends = 0;
  #waitingSince = 0;
  #cancelTimer: (() => void) | null = null;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#delays = options.resendDelays ?? RESEND_DELAYS_MS;
  }

  /** What is not yet acknowledged, oldest first. */
  get unacknowledged(): readonly Readonly<{ id: number; data: unknown }>[] {
    return this.#kept;
  }

  /** Takes a JSON value, at most 1 MiB, and returns its number. Beyond 512 messages or 1 MiB the oldest are forgotten. */
  push(data: unknown): number {
    const id = this.#nextId++;
    const bytes = byteLength(JSON.stringify(data));
    this.#kept.push({ id, data, bytes });
    this.#keptBytes += bytes;
    while (
      this.#kept.length > MAX_RETAINED_SIGNALS ||
      this.#keptBytes > MAX_RETAINED_BYTES
    ) {
      this.#dropFirst();
      this.#forgot = true;
    }
    this.#fill();
    return id;
  }

  /** The recipient has everything up to `id`. A number that was never sent is ignored. */
  acknowledge(id: number): void {
    if (id >= this.#nextId || !(id >= (this.#kept[0]?.id ?? Infinity))) return;
    while (this.#kept.length > 0 && this.#kept[0].id <= id) this.#dropFirst();
    this.#resends = 0;
    this.#stopTimer();
    this.#options.onDelivered?.(id);
    this.#fill();
  }

  /** There is a way to the recipient, and what was sent on an earlier one may be lost: sends from the first unacknowledged. */
  open(): void {
    this.#isOpen = true;
    this.#resends = 0;
    this.#again();
  }

  /** There is no way to the recipient: keeps, and sends nothing. */
  suspend(): void {
    this.#isOpen = false;
    this.#stopTimer();
  }

  #again(): void {
    this.#stopTimer();
    this.#underWay = 0;
    this.#fill();
  }

  /** Sends what the window has room for. */
  #fill(): void {
    while (
      // `transmit` may come back to us, so everything is looked at anew each time.
      this.#isOpen &&
      this.#underWay < Math.min(this.#kept.length, SIGNAL_WINDOW)
    ) {
      const { id, data } = this.#kept[this.#underWay++];
      this.#options.transmit({
        id,
        ...(this.#forgot && { base: this.#kept[0].id }),
        data,
      });
    }
    this.#startTimer();
  }

  /** Unless it runs already: pushing more must not put off sending again. */
  #startTimer(): void {
    if (!this.#isOpen || this.#underWay === 0 || this.#cancelTimer) return;
    if (this.#resends === 0) {
      this.#waitingSince = this.#options.clock.monotonic();
    }
    const last = this.#delays.length - 1;
    const wait = this.#delays[Math.min(this.#resends, last)];
    this.#cancelTimer = this.#options.clock.after(wait, () => {
      this.#cancelTimer = null;
      this.#resends++;
      this.#options.onResend?.(
        this.#options.clock.monotonic() - this.#waitingSince,
      );
      this.#again();
    });
  }

  #stopTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }

  #dropFirst(): void {
    const { bytes } = this.#kept.shift()!;
    this.#keptBytes -= bytes;
    if (this.#underWay > 0) this.#underWay--;
  }
}

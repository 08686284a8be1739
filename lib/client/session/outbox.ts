/** The sender's half of the delivery envelope. `docs/protocol.md` section 6. */
import type { Clock } from "../../protocol/clock.ts";
import {
  MAX_RETAINED_BYTES,
  MAX_RETAINED_SIGNALS,
  RESEND_DELAYS_MS,
  SIGNAL_WINDOW,
  SIGNAL_WINDOW_BYTES,
} from "../../protocol/limits.ts";
import { byteLength } from "../../protocol/parse.ts";

/** One numbered message under way. `base`: the lowest number that the sender still has; absent: it never forgot one. */
export interface Numbered {
  id: number;
  base?: number;
  data: unknown;
}

export interface OutboxOptions {
  clock: Clock;
  /** Puts a message on its way. It may get lost, be doubled or overtake others. `isAgain`: it was on its way before. */
  transmit(message: Numbered, isAgain: boolean): void;
  /** No acknowledgement came for `waited` milliseconds, and the unacknowledged are about to be sent again. */
  onResend?(waited: number): void;
}

/** Called once for a message: it has arrived, or it was forgotten and nobody knows. Never, if the outbox is given up before. */
export type OnSettled = (hasArrived: boolean) => void;

interface Kept {
  id: number;
  data: unknown;
  bytes: number;
  wasSent: boolean;
  onSettled: OnSettled | undefined;
}

/** Numbers what it is given, keeps it until it is acknowledged and sends it again until then. Starts suspended: see `open`. */
export class Outbox {
  readonly #options: OutboxOptions;
  /** Unacknowledged, in order of their numbers, which have no gaps. */
  readonly #kept: Kept[] = [];
  #keptBytes = 0;
  #nextId = 1;
  #forgot = false;
  #isOpen = false;
  /** How many of the kept, from the front, are under way. */
  #underWay = 0;
  #underWayBytes = 0;
  #resends = 0;
  #waitingSince = 0;
  #cancelTimer: (() => void) | null = null;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Takes a JSON value, at most 1 MiB. Beyond 512 messages or 1 MiB the oldest are forgotten. */
  push(data: unknown, onSettled?: OnSettled): void {
    const id = this.#nextId++;
    const bytes = byteLength(JSON.stringify(data));
    this.#kept.push({ id, data, bytes, wasSent: false, onSettled });
    this.#keptBytes += bytes;
    while (
      this.#kept.length > MAX_RETAINED_SIGNALS ||
      this.#keptBytes > MAX_RETAINED_BYTES
    ) {
      this.#forgot = true;
      // May come back to us, as in `acknowledge`.
      this.#takeFirst().onSettled?.(false);
    }
    this.#fill();
  }

  /** The recipient has everything up to `id`. A number that was never sent is ignored. */
  acknowledge(id: number): void {
    if (id >= this.#nextId || !(id >= (this.#kept[0]?.id ?? Infinity))) return;
    const arrived: Kept[] = [];
    while (this.#kept.length > 0 && this.#kept[0].id <= id) {
      arrived.push(this.#takeFirst());
    }
    this.#resends = 0;
    this.#stopTimer();
    for (const { onSettled } of arrived) onSettled?.(true);
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
    this.#underWayBytes = 0;
    this.#fill();
  }

  /** Sends what the window has room for. */
  #fill(): void {
    // `transmit` may come back to us, so everything is looked at anew each time.
    while (this.#isOpen && this.#hasRoom()) {
      const kept = this.#kept[this.#underWay++];
      const { id, data, bytes, wasSent } = kept;
      this.#underWayBytes += bytes;
      kept.wasSent = true;
      const base = this.#forgot && { base: this.#kept[0].id };
      this.#options.transmit({ id, ...base, data }, wasSent);
    }
    this.#startTimer();
  }

  #hasRoom(): boolean {
    const next = this.#kept.at(this.#underWay);
    if (next === undefined) return false;
    if (this.#underWay === 0) return true;
    return this.#underWay < SIGNAL_WINDOW &&
      this.#underWayBytes + next.bytes <= SIGNAL_WINDOW_BYTES;
  }

  /** Unless it runs already: pushing more must not put off sending again. */
  #startTimer(): void {
    if (!this.#isOpen || this.#underWay === 0 || this.#cancelTimer) return;
    if (this.#resends === 0) {
      this.#waitingSince = this.#options.clock.monotonic();
    }
    const last = RESEND_DELAYS_MS.length - 1;
    const wait = RESEND_DELAYS_MS[Math.min(this.#resends, last)];
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

  #takeFirst(): Kept {
    const first = this.#kept.shift()!;
    this.#keptBytes -= first.bytes;
    if (this.#underWay > 0) {
      this.#underWay--;
      this.#underWayBytes -= first.bytes;
    }
    return first;
  }
}

import type { Clock } from "../protocol/clock.ts";
import { type Rate, refilled } from "./rate_limit.ts";

/** How fast a member may send. */
export interface SendingRates {
  messages: Rate;
  bytes: Rate;
  /** Messages that are written to the store. */
  changes: Rate;
}

/** What one member may still send: three token buckets in one object, because every member has them. */
export class SendingRate {
  readonly #rates: SendingRates;
  readonly #clock: Clock;
  #messages: number;
  #bytes: number;
  #changes: number;
  #at: number;

  constructor(rates: SendingRates, clock: Clock) {
    this.#rates = rates;
    this.#clock = clock;
    this.#messages = rates.messages.burst;
    this.#bytes = rates.bytes.burst;
    this.#changes = rates.changes.burst;
    this.#at = clock.monotonic();
  }

  /** Takes a message of so many bytes, if it may be sent. One that is too large for now counts as a message all the same. */
  take(bytes: number): boolean {
    this.#refill();
    if (this.#messages < 1) return false;
    this.#messages--;
    if (this.#bytes < bytes) return false;
    this.#bytes -= bytes;
    return true;
  }

  /** Takes a message that is written to the store, if it may be. */
  takeChange(): boolean {
    this.#refill();
    if (this.#changes < 1) return false;
    this.#changes--;
    return true;
  }

  #refill(): void {
    const now = this.#clock.monotonic();
    const ms = now - this.#at;
    const { messages, bytes, changes } = this.#rates;
    this.#messages = refilled(this.#messages, messages, ms);
    this.#bytes = refilled(this.#bytes, bytes, ms);
    this.#changes = refilled(this.#changes, changes, ms);
    this.#at = now;
  }
}

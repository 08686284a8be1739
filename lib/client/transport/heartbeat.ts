/** Whether a way to the server still lives. Scripts cannot see the protocol's own pings, so a doubtful way is asked. */
import type { Clock } from "../../protocol/clock.ts";

/** From a `ping` to its `pong`, at most, in milliseconds. */
const PONG_TIMEOUT_MS = 5_000;
/** After so much silence a way is doubted: a path may die without a word. */
const SILENCE_MS = 10_000;

export interface HeartbeatOptions {
  clock: Clock;
  /** Asks the server for a sign of life. */
  ping(): void;
  /** None came in 5 s. */
  onDead(): void;
}

export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #heardAt: number;
  #cancelListening: () => void;
  #cancelProbe: (() => void) | null = null;

  /** Listens at once. */
  constructor(options: HeartbeatOptions) {
    this.#options = options;
    const { clock } = options;
    this.#heardAt = clock.monotonic();
    this.#cancelListening = clock.after(SILENCE_MS, () => this.#listen());
  }

  /** Something has come from the server. */
  heard(): void {
    this.#heardAt = this.#options.clock.monotonic();
  }

  /** The answer to a ping has come. Anything else may have been under way for long. */
  answered(): void {
    this.#cancelProbe?.();
    this.#cancelProbe = null;
  }

  /** Doubts the way. */
  probe(): void {
    if (this.#cancelProbe !== null) return;
    const { clock, ping, onDead } = this.#options;
    this.#cancelProbe = clock.after(PONG_TIMEOUT_MS, onDead);
    ping();
  }

  close(): void {
    this.#cancelListening();
    this.#cancelProbe?.();
  }

  #listen(): void {
    const { clock } = this.#options;
    const silence = clock.monotonic() - this.#heardAt;
    if (silence >= SILENCE_MS) this.probe();
    // At least a millisecond: a timer may go off a trifle early.
    const wait = silence >= SILENCE_MS
      ? SILENCE_MS
      : Math.max(1, SILENCE_MS - silence);
    this.#cancelListening = clock.after(wait, () => this.#listen());
  }
}

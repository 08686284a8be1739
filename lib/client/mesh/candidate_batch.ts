/** Candidates that are found together travel together. */
import type { Clock } from "../../protocol/clock.ts";

/** How long they wait for others. The first ones, which matter most, hardly do: those of the machine itself are found within a millisecond. */
const FIRST_BATCH_MS = 1;
const BATCH_MS = 20;

export class CandidateBatch {
  readonly #clock: Clock;
  readonly #send: (candidates: RTCIceCandidateInit[]) => void;
  #batch: RTCIceCandidateInit[] = [];
  #batches = 0;
  #cancel: (() => void) | null = null;

  constructor(
    clock: Clock,
    send: (candidates: RTCIceCandidateInit[]) => void,
  ) {
    this.#clock = clock;
    this.#send = send;
  }

  /** From `icecandidate`. Null: there are no more, so nobody has to wait. */
  found(candidate: RTCIceCandidate | null): void {
    if (candidate === null) return this.#flush();
    this.#batch.push(candidate.toJSON());
    this.#cancel ??= this.#clock.after(
      this.#batches++ === 0 ? FIRST_BATCH_MS : BATCH_MS,
      () => this.#flush(),
    );
  }

  /** Sends nothing more. */
  close(): void {
    this.#cancel?.();
    this.#batch = [];
  }

  #flush(): void {
    this.#cancel?.();
    this.#cancel = null;
    if (this.#batch.length === 0) return;
    this.#send(this.#batch);
    this.#batch = [];
  }
}

/** The signaling channel to one other member of a room. */
import type { PairEvent } from "./signaling_channel.ts";

/** How many signals wait for someone to listen. With more the pair is set up anew. */
const MAX_WAITING = 256;

/** Knows how the pair is, and keeps its signals, until somebody listens: one `VOIPService`. */
export class MemberChannel {
  #pair: PairEvent & { type: "pair" };
  #isReachable: boolean;
  /** Signals that came before anybody listened; null: so many, or so incomplete, that they are of no use. */
  #waiting: unknown[] | null = [];
  #isUsed = false;
  #listener: ((event: PairEvent) => void) | null = null;

  constructor(pair: PairEvent & { type: "pair" }, isReachable: boolean) {
    this.#pair = pair;
    this.#isReachable = isReachable;
  }

  /** Somebody has listened to this pair: what came since is not kept for anybody else. */
  get isUsed(): boolean {
    return this.#isUsed;
  }

  /** Tells how things are, all that has waited, and what comes. The function that comes back ends that. */
  listen(listener: (event: PairEvent) => void): () => void {
    this.#listener = listener;
    this.#tellAll();
    return () => {
      if (this.#listener === listener) this.#listener = null;
    };
  }

  /** The pair begins anew. */
  begin(pair: PairEvent & { type: "pair" }, isReachable: boolean): void {
    this.#pair = pair;
    this.#isReachable = isReachable;
    this.#waiting = [];
    this.#isUsed = false;
    if (this.#listener !== null) this.#tellAll();
  }

  signal(data: unknown): void {
    if (this.#listener !== null) this.#listener({ type: "signal", data });
    else if (this.#isUsed || this.#waiting === null) return;
    else if (this.#waiting.length >= MAX_WAITING) this.#waiting = null;
    else this.#waiting.push(data);
  }

  gap(): void {
    this.#waiting = null;
    this.#listener?.({ type: "gap" });
  }

  setReachable(isReachable: boolean): void {
    this.#isReachable = isReachable;
    this.#listener?.({ type: "reachable", isReachable });
  }

  /** The other is gone. */
  left(): void {
    this.#listener?.({ type: "left" });
  }

  #tellAll(): void {
    const listener = this.#listener!;
    const waiting = this.#waiting;
    this.#isUsed = true;
    this.#waiting = [];
    listener(this.#pair);
    listener({ type: "reachable", isReachable: this.#isReachable });
    if (waiting === null) listener({ type: "gap" });
    for (const data of waiting ?? []) listener({ type: "signal", data });
  }
}

/** How two ends of one voice connection reach each other, whatever carries it. */

/**
 * Carries JSON values to the one other end, and from it: over a WebSocket, a BroadcastChannel, a chat. In order, and without losing any
 * once both ends listen. What comes back to its sender, or is meant for somebody else, does no harm.
 */
export interface SignalingChannel {
  /** Sends one value. What it throws is told by `onError` of the service that uses it. */
  send(data: unknown): void;
  /** Calls `listener` with every value of the other end from now on. The function that comes back ends that. */
  subscribe(listener: (data: unknown) => void): () => void;
}

/** What a `PairChannel` tells. */
export type PairEvent =
  /**
   * A pair begins, or begins anew: everything of an earlier one is void. `offer`: this end makes the first offer. `polite`: it gives way
   * when offers collide. The other end is told the opposite of both.
   */
  | { type: "pair"; offer: boolean; polite: boolean }
  | { type: "signal"; data: unknown }
  /** Signals are lost: the pair has to be set up again from nothing. */
  | { type: "gap" }
  /** Whether signals reach the other end just now: after every `pair`, and when it changes. While they do not, nothing is mended. */
  | { type: "reachable"; isReachable: boolean }
  /** The other end is gone. */
  | { type: "left" };

/** A channel that knows who makes the first offer, when the other end begins anew, and when it is gone: such as a room's. */
export interface PairChannel {
  /** As of `SignalingChannel`. */
  send(data: unknown): void;
  /** Calls `listener` with every event from now on, beginning with those that are needed to know how things are. The function that comes back ends that. */
  watch(listener: (event: PairEvent) => void): () => void;
}

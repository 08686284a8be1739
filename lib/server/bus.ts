/**
 * How instances reach each other. A topic has at most one subscriber that matters: an instance subscribes to its own id. A bus knows
 * nothing of rooms.
 */
export interface Bus {
  /**
   * Sends a message (any structured-cloneable value) to whoever subscribed to the topic. Messages of one publisher to one topic arrive in
   * order and at most once.
   *
   * @returns whether a subscriber has acknowledged it; `false`: nobody did in time, so it may have been lost.
   */
  publish(topic: string, message: unknown): Promise<boolean>;

  /** Calls `onMessage` for every message to the topic, until the function that comes back is called. */
  subscribe(topic: string, onMessage: (message: unknown) => void): () => void;

  /** Ends all subscriptions. */
  close(): void;
}

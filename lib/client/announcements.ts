/** What a member says of itself, which the server keeps and tells to newcomers. */
import type { Clock } from "../protocol/clock.ts";
import type { ClientMessage, MessageOf } from "../protocol/messages.ts";

/** What was refused for its rate is said again after so long, in milliseconds. */
const AGAIN_MS = 2_000;

export type Announcement = MessageOf<
  ClientMessage,
  "track-state" | "presence" | "cloudflare-session"
>;

/** Keeps the newest of each kind, and says it whenever the server may not know it. */
export class Announcements {
  readonly #clock: Clock;
  readonly #send: (message: Announcement) => void;
  readonly #newest = new Map<string, Announcement>();
  #isConnected = false;

  /** @param send Only called while connected. */
  constructor(clock: Clock, send: (message: Announcement) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  /** Replaces what was said of the same thing. */
  set(message: Announcement): void {
    const of = message.type === "track-state" ? ` ${message.kind}` : "";
    this.#newest.set(message.type + of, message);
    if (this.#isConnected) this.#send(message);
  }

  /** @param toNobody Nothing was ever said to the server: what everyone assumes of a newcomer need not be. */
  connected(toNobody: boolean): void {
    this.#isConnected = true;
    for (const message of this.#newest.values()) {
      if (!toNobody || !isDefault(message)) this.#send(message);
    }
  }

  disconnected(): void {
    this.#isConnected = false;
  }

  /** The server refused a message of that type for its rate. */
  refused(type: string | undefined): void {
    this.#clock.after(AGAIN_MS, () => {
      if (!this.#isConnected) return;
      for (const message of this.#newest.values()) {
        if (message.type === type) this.#send(message);
      }
    });
  }
}

function isDefault(message: Announcement): boolean {
  return message.type === "track-state" && !message.enabled;
}

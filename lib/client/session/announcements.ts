/** What a member says of itself, which the server keeps and tells to newcomers. */
import type { Clock } from "../../protocol/clock.ts";
import type { ClientMessage, MessageOf } from "../../protocol/messages.ts";
import { SAY_AGAIN } from "../transport/backoff.ts";

/** Refusals that say nothing against what was said: another time it will be taken. */
const PASSING: readonly string[] = ["rate-limited", "unavailable", "internal"];

/** What a member says of itself. */
export type Announcement = MessageOf<
  ClientMessage,
  "track-state" | "presence" | "cloudflare-session"
>;

/** Keeps the newest of each kind, and says it whenever the server may not know it. */
export class Announcements {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #send: (message: Announcement) => void;
  readonly #newest = new Map<string, Announcement>();
  /** Types of which something was refused and not yet said again. */
  readonly #refused = new Set<string>();
  #attempt = 0;
  #isConnected = false;
  #callOff: (() => void) | null = null;

  /** @param send Only called while connected. */
  constructor(
    { clock, random }: { clock: Clock; random: () => number },
    send: (message: Announcement) => void,
  ) {
    this.#clock = clock;
    this.#random = random;
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
    this.#attempt = 0;
    this.#refused.clear();
    this.#callOff?.();
    this.#callOff = null;
  }

  /**
   * The server refused a message of that type, or of one that it did not look at. What that concerns is said again, once, however many
   * were refused.
   */
  refused(code: string, type: string | undefined): void {
    if (!this.#isConnected || !PASSING.includes(code)) return;
    for (const message of this.#newest.values()) {
      if (message.type === (type ?? message.type)) {
        this.#refused.add(message.type);
      }
    }
    if (this.#refused.size === 0) return;
    this.#callOff ??= this.#clock.after(
      SAY_AGAIN(this.#attempt++, this.#random),
      () => this.#sayAgain(),
    );
  }

  #sayAgain(): void {
    this.#callOff = null;
    for (const message of this.#newest.values()) {
      if (this.#refused.has(message.type)) this.#send(message);
    }
    this.#refused.clear();
  }
}

function isDefault(message: Announcement): boolean {
  return message.type === "track-state" && !message.enabled;
}

/** The messages of a chat: each once, and in the same order on every page. */
import type { ChatMessage } from "../call/call_view.ts";
import { type ChatText, MAX_TIME } from "./chat_text.ts";

/** Messages that are kept to be shown; older ones are forgotten. */
const MAX_MESSAGES = 1_000;

/** A message, and what sorts it. */
export interface Entry {
  readonly message: ChatMessage;
  readonly text: ChatText;
}

/**
 * What tells a message from all others. A public one has its author in it, so that nobody can take the place of another's; of a private one
 * nobody else knows the `id`, and its author may have a new `memberId` when it gets through.
 */
export function keyOf(memberId: string, text: ChatText): string {
  return text.private ? text.id : `${memberId} ${text.id}`;
}

/**
 * Sorted by `order`: the author's clock, or one more than the highest `order` that the author had seen where its clock is behind that (a
 * hybrid logical clock, Kulkarni and others 2014). So an answer stands below what it answers however wrong a clock is.
 */
export class ChatLog {
  readonly #entries = new Map<string, Entry>();
  #sorted: readonly Entry[] = [];
  #messages: readonly ChatMessage[] = [];
  #highest = 0;

  /** A new array after every change. */
  get messages(): readonly ChatMessage[] {
    return this.#messages;
  }

  /** The public ones, in their order. */
  get public(): readonly Entry[] {
    return this.#sorted.filter(({ message }) => message.to === null);
  }

  get(key: string): Entry | undefined {
    return this.#entries.get(key);
  }

  /** The `order` of what is said here at that time. */
  orderAt(now: number): number {
    return Math.min(Math.max(now, this.#highest + 1), MAX_TIME);
  }

  /** Adds a message, once. What its author's own page says replaces what another's page said of it, never the other way round. */
  put(message: ChatMessage, text: ChatText): boolean {
    const before = this.#entries.get(message.id)?.message;
    if (before && (before.isFirsthand || !message.isFirsthand)) return false;
    this.#entries.set(message.id, { message, text });
    this.#highest = Math.max(this.#highest, text.order);
    this.#sort();
    return true;
  }

  /** Another delivery, for one that is still here. */
  setDelivery(key: string, delivery: ChatMessage["delivery"]): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    const message = { ...entry.message, delivery };
    this.#entries.set(key, { ...entry, message });
    this.#sort();
  }

  #sort(): void {
    const sorted = [...this.#entries.values()].sort((one, other) =>
      one.text.order - other.text.order ||
      one.message.sentAt - other.message.sentAt ||
      (one.message.id < other.message.id ? -1 : 1)
    );
    const forgotten = Math.max(0, sorted.length - MAX_MESSAGES);
    for (const { message } of sorted.splice(0, forgotten)) {
      this.#entries.delete(message.id);
    }
    this.#sorted = sorted;
    this.#messages = sorted.map(({ message }) => message);
  }
}

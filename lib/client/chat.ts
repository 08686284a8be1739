/** The chat of a room, over the data channels of its pairs. */
import type { Clock } from "../protocol/clock.ts";
import { ProtocolError } from "../protocol/errors.ts";
import type { ChatMessage } from "./call_view.ts";
import { ChatPair, type ChatText, isChatText } from "./chat_pair.ts";

/** Messages that are kept to be shown; older ones are forgotten. */
const MAX_MESSAGES = 1_000;

interface Pair {
  chat: ChatPair;
  name: string;
  /** The local message behind each number that is under way. */
  sent: Map<number, string>;
}

export class Chat {
  readonly #clock: Clock;
  readonly #onChange: () => void;
  readonly #pairs = new Map<string, Pair>();
  /** Who has yet to get a local message, by its id. */
  readonly #missing = new Map<string, Set<string>>();
  #messages: readonly ChatMessage[] = [];
  #count = 0;
  #lastSentAt = 0;

  /** @param onChange `messages` has changed. */
  constructor(clock: Clock, onChange: () => void) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  /** A new array after every change. */
  get messages(): readonly ChatMessage[] {
    return this.#messages;
  }

  /**
   * Begins with a member, or begins anew with its next page, which gets what its last page had not. Returns what to give its data
   * channels to.
   */
  begin(memberId: string, name: string): ChatPair {
    const before = this.#pairs.get(memberId);
    const pair: Pair = {
      chat: new ChatPair({
        clock: this.#clock,
        onText: (text) => this.#received(memberId, pair.name, text),
        onDelivered: (id) => this.#delivered(memberId, pair, id),
      }),
      name,
      sent: new Map(),
    };
    this.#pairs.set(memberId, pair);
    for (const { id, text } of before?.chat.undelivered ?? []) {
      const message = before!.sent.get(id);
      if (message !== undefined) pair.sent.set(pair.chat.send(text), message);
    }
    before?.chat.close();
    return pair.chat;
  }

  /** That member has left: nothing of it is waited for. */
  end(memberId: string): void {
    const pair = this.#pairs.get(memberId);
    if (pair === undefined) return;
    this.#pairs.delete(memberId);
    pair.chat.close();
    for (const message of pair.sent.values()) this.#got(memberId, message);
  }

  /**
   * Sends to everyone who is in the room, now or when they can be reached.
   *
   * @throws {ProtocolError} `invalid-message` when it is blank or over 4,000 characters.
   */
  send(text: string, memberId: string, name: string): void {
    if (!isChatText(text)) {
      const message = "1 to 4,000 characters that are not all blank";
      const fields = [{ field: "text", message }];
      throw new ProtocolError("invalid-message", { fields });
    }
    // Never twice the same, so that it tells one member's messages apart.
    const sentAt = Math.max(this.#clock.now(), this.#lastSentAt + 1);
    this.#lastSentAt = sentAt;
    const message = this.#add(memberId, name, { text, sentAt }, true);
    if (this.#pairs.size > 0) {
      this.#missing.set(message.id, new Set(this.#pairs.keys()));
    }
    for (const pair of this.#pairs.values()) {
      pair.sent.set(pair.chat.send({ text, sentAt }), message.id);
    }
  }

  close(): void {
    for (const { chat } of this.#pairs.values()) chat.close();
    this.#pairs.clear();
  }

  #received(memberId: string, name: string, text: ChatText): void {
    // Begun anew, a pair may send again what had come just before.
    const isDouble = this.#messages.some((message) =>
      message.memberId === memberId && message.sentAt === text.sentAt &&
      message.text === text.text
    );
    if (!isDouble) this.#add(memberId, name, text, false);
  }

  #add(
    memberId: string,
    name: string,
    { text, sentAt }: ChatText,
    isLocal: boolean,
  ): ChatMessage {
    const message: ChatMessage = {
      id: `${memberId} ${++this.#count}`,
      memberId,
      name,
      text,
      sentAt,
      isLocal,
      delivery: isLocal ? "sent" : "delivered",
    };
    this.#messages = [...this.#messages, message].slice(-MAX_MESSAGES);
    this.#onChange();
    return message;
  }

  #delivered(memberId: string, pair: Pair, upTo: number): void {
    for (const [id, message] of pair.sent) {
      if (id > upTo) break;
      pair.sent.delete(id);
      this.#got(memberId, message);
    }
  }

  #got(memberId: string, id: string): void {
    const missing = this.#missing.get(id);
    if (missing === undefined) return;
    missing.delete(memberId);
    if (missing.size > 0) return;
    this.#missing.delete(id);
    this.#messages = this.#messages.map((message) =>
      message.id === id ? { ...message, delivery: "delivered" } : message
    );
    this.#onChange();
  }
}

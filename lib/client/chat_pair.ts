/** Chat with one other page over its data channels, exactly once and in order however often they are replaced. `docs/protocol.md` 11. */
import * as v from "valibot";
import type { Clock } from "../protocol/clock.ts";
import { Count } from "../protocol/ids.ts";
import { Inbox } from "./inbox.ts";
import { Outbox } from "./outbox.ts";

/** Characters (code points) of one chat message. */
export const MAX_CHAT_CHARACTERS = 4_000;

/** A channel loses nothing while it lives: sending again is only for one that has died unnoticed. Milliseconds. */
const RESEND_DELAYS_MS = [8_000];

const ChatText = v.object({
  text: v.pipe(v.string(), v.check(isChatText)),
  sentAt: v.number(),
});
export type ChatText = v.InferOutput<typeof ChatText>;

const ChatFrame = v.variant("type", [
  v.object({
    type: v.literal("chat"),
    id: Count,
    base: v.optional(Count),
    data: v.unknown(),
  }),
  v.object({ type: v.literal("ack"), id: Count }),
]);

/** Whether that may be sent: not blank, and at most 4,000 characters. */
export function isChatText(text: string): boolean {
  return text.trim() !== "" && text.length <= MAX_CHAT_CHARACTERS * 2 &&
    [...text].length <= MAX_CHAT_CHARACTERS;
}

export interface ChatPairOptions {
  clock: Clock;
  onText(text: ChatText): void;
  /** The other has everything up to that number. */
  onDelivered(id: number): void;
}

export class ChatPair {
  readonly #outbox: Outbox;
  readonly #inbox: Inbox;
  #channel: RTCDataChannel | null = null;

  constructor(options: ChatPairOptions) {
    const { clock, onText, onDelivered } = options;
    this.#outbox = new Outbox({
      clock,
      transmit: (message) => this.#send({ type: "chat", ...message }),
      onDelivered,
      resendDelays: RESEND_DELAYS_MS,
    });
    this.#inbox = new Inbox({
      clock,
      deliver: (data) => {
        const text = v.safeParse(ChatText, data);
        if (text.success) onText(text.output);
      },
      // More than 512 messages behind: what is there is shown.
      onGap: () => {},
      acknowledge: (id) => this.#send({ type: "ack", id }),
    });
  }

  /** What the other does not have yet. */
  get undelivered(): readonly { id: number; text: ChatText }[] {
    return this.#outbox.unacknowledged.map(({ id, data }) => ({
      id,
      text: data as ChatText,
    }));
  }

  /** Uses that channel from now on, as soon as it is open. */
  attach(channel: RTCDataChannel): void {
    this.#detach();
    this.#channel = channel;
    channel.onopen = () => this.#outbox.open();
    channel.onclose = () => this.#outbox.suspend();
    channel.onmessage = ({ data }) => this.#received(data);
    if (channel.readyState === "open") this.#outbox.open();
  }

  /** Sends, and keeps until it is delivered. Returns its number. */
  send(text: ChatText): number {
    return this.#outbox.push(text);
  }

  close(): void {
    this.#detach();
    this.#inbox.close();
  }

  #detach(): void {
    this.#outbox.suspend();
    const channel = this.#channel;
    this.#channel = null;
    if (channel === null) return;
    channel.onopen = channel.onclose = channel.onmessage = null;
  }

  #received(frame: unknown): void {
    let value: unknown;
    try {
      value = JSON.parse(String(frame));
    } catch {
      return;
    }
    const result = v.safeParse(ChatFrame, value);
    if (!result.success) return;
    const message = result.output;
    if (message.type === "ack") this.#outbox.acknowledge(message.id);
    else this.#inbox.receive(message);
  }

  #send(frame: unknown): void {
    if (this.#channel?.readyState !== "open") return;
    try {
      this.#channel.send(JSON.stringify(frame));
    } catch {
      // Closing, or full (W3C WebRTC 6.2): it will be sent again.
    }
  }
}

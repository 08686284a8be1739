/** The chat of a room: signals of its pairs, which find their way with and without a peer connection. `docs/protocol.md` 11. */
import type { Clock } from "../../protocol/clock.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import type { PeerInfo } from "../../protocol/messages.ts";
import type { ChatMessage } from "../call/call_view.ts";
import type { Session } from "../session/session.ts";
import type { SessionEvent } from "../session/session_event.ts";
import { ChatLog, keyOf } from "./chat_log.ts";
import {
  type ChatSignal,
  keyOfTold,
  parseChatSignal,
  type ToldText,
} from "./chat_signal.ts";
import { type ChatText, isChatText } from "./chat_text.ts";
import { History } from "./history.ts";

/** Messages to one member at a time: what the pair has to negotiate never waits behind many of them, nor do they use up what it keeps. */
const MAX_UNDER_WAY = 8;

interface Pair {
  name: string;
  /** The keys of local messages that it is yet to acknowledge. */
  underWay: Set<string>;
  /** Those that its session has acknowledged before its page said anything of chat: that may have none. Null since it did. */
  unread: string[] | null;
}

/** What chat needs of a session. */
export type ChatSession = Pick<Session, "signal" | "subscribe">;

export interface ChatOptions {
  clock: Clock;
  random: () => number;
  /** This page goes on as the member that an earlier page was. */
  isReturning: boolean;
  /** `messages` has changed. */
  onChange(): void;
}

export class Chat {
  readonly #options: ChatOptions;
  readonly #log = new ChatLog();
  readonly #history: History;
  readonly #pairs = new Map<string, Pair>();
  /** Who has yet to get a local message, by its key. */
  readonly #missing = new Map<string, Set<string>>();
  #isAllowed = true;
  readonly #beganAt: number;
  /** Every member that this page has been. */
  readonly #mine = new Set<string>();
  /** Null before there is a seat, and after the call. */
  #me: string | null = null;
  #session: ChatSession | null = null;
  #unsubscribe = () => {};

  constructor(options: ChatOptions) {
    this.#options = options;
    this.#beganAt = options.clock.now();
    this.#history = new History({
      clock: options.clock,
      log: this.#log,
      signal: (...signal) => this.#signal(...signal),
      onTold: (memberId, told) => this.#told(memberId, told),
      onHave: (memberId, keys) => {
        for (const key of keys) this.#settle(memberId, key, true);
      },
    });
  }

  /** Each once, in an order that is the same on every page. A new array after every change. */
  get messages(): readonly ChatMessage[] {
    return this.#log.messages;
  }

  /**
   * From now on this page is that member, in a session that is not started yet.
   *
   * @param peers Who is there, by the answer to joining. The session begins with each of them, with what it has not got yet.
   */
  enter(
    memberId: string,
    session: ChatSession,
    peers: readonly Pick<PeerInfo, "memberId">[],
  ): void {
    for (const before of [...this.#pairs.keys()]) {
      if (!peers.some((peer) => peer.memberId === before)) this.#end(before);
    }
    this.#me = memberId;
    this.#mine.add(memberId);
    this.#unsubscribe();
    this.#session = session;
    this.#unsubscribe = session.subscribe((event) => this.#handle(event));
  }

  /** Whether the room has a chat now. While it has none nothing is taken, whoever says it; what was missed is asked for when it has one again. */
  allow(isAllowed: boolean): void {
    if (isAllowed === this.#isAllowed) return;
    this.#isAllowed = isAllowed;
    if (isAllowed) this.#history.ask();
  }

  /**
   * Sends to everyone who is in the room or to one of them, now or when they can be reached.
   *
   * @param name The sender's.
   * @throws {ProtocolError} `invalid-message` when it is blank or over 4,000 characters; `no-such-member` when `to` is not in the room;
   * `not-allowed` before there is a seat, and after the call.
   */
  send(text: string, name: string, to: string | null = null): void {
    if (!isChatText(text)) {
      const message = "1 to 4,000 characters that are not all blank";
      const fields = [{ field: "text", message }];
      throw new ProtocolError("invalid-message", { fields });
    }
    if (this.#me === null) throw new ProtocolError("not-allowed");
    if (to !== null && !this.#pairs.has(to)) {
      throw new ProtocolError("no-such-member");
    }
    const { clock, random } = this.#options;
    const said: ChatText = {
      id: Math.floor(random() * 2 ** 52).toString(36),
      text,
      sentAt: clock.now(),
      order: this.#log.orderAt(clock.now()),
      private: to !== null,
    };
    const recipients = to === null ? [...this.#pairs.keys()] : [to];
    const key = keyOf(this.#me, said);
    this.#put(said, {
      id: key,
      memberId: this.#me,
      to,
      toName: to === null ? null : this.#pairs.get(to)!.name,
      name,
      isLocal: true,
      history: false,
      isFirsthand: true,
      delivery: { got: 0, of: recipients.length },
    });
    if (recipients.length > 0) this.#missing.set(key, new Set(recipients));
    for (const memberId of recipients) this.#sendTo(memberId);
  }

  close(): void {
    this.#me = null;
    this.#unsubscribe();
    this.#pairs.clear();
    this.#history.close();
  }

  #handle(event: SessionEvent): void {
    switch (event.type) {
      case "pair":
        return this.#begin(event.peer);
      case "left":
        return this.#end(event.memberId);
      case "signal":
        return this.#received(event.from, event.data);
      case "direct":
        return this.#history.ready(event.memberId);
      case "gap":
        return this.#history.lost(event.memberId);
    }
  }

  /** Begins with a member, or begins anew with its next page, which gets what its last page had not. */
  #begin({ memberId, name }: PeerInfo): void {
    const isAnew = this.#pairs.has(memberId);
    this.#pairs.set(memberId, { name, underWay: new Set(), unread: [] });
    this.#history.begin(memberId);
    this.#sendTo(memberId);
    // Its last page, too, may have got through only to some.
    if (isAnew) this.#history.ask();
  }

  /** That member has left: nothing of it is waited for. */
  #end(memberId: string): void {
    if (!this.#pairs.delete(memberId)) return;
    this.#history.end(memberId);
    for (const key of [...this.#missing.keys()]) {
      this.#settle(memberId, key, false);
    }
    // It may have got through to some of the others with its last words, and not here.
    this.#history.ask();
  }

  /** The one way out. */
  #signal(
    memberId: string,
    signal: ChatSignal,
    onSettled?: (hasArrived: boolean) => void,
  ): void {
    this.#session?.signal(memberId, signal, onSettled);
  }

  /** The one way in. */
  #received(memberId: string, data: unknown): void {
    const pair = this.#pairs.get(memberId);
    const signal = parseChatSignal(data);
    if (pair === undefined || signal === null) return;
    if (pair.unread !== null) {
      const keys = pair.unread;
      pair.unread = null;
      for (const key of keys) this.#arrived(memberId, pair, key);
    }
    if (signal.type !== "chat") return this.#history.receive(memberId, signal);
    this.#heard(memberId, pair.name, signal.message);
  }

  /** Sends what that member has yet to get, as much as may be under way. */
  #sendTo(memberId: string): void {
    const pair = this.#pairs.get(memberId)!;
    for (const [key, missing] of this.#missing) {
      if (pair.underWay.size === MAX_UNDER_WAY) return;
      const entry = this.#log.get(key);
      if (entry === undefined) {
        this.#missing.delete(key); // Forgotten here, too.
        continue;
      }
      const { text, message } = entry;
      // What this page said in public as an earlier member is told as history: sent by the new one it would be another message.
      const isOwn = text.private || message.memberId === this.#me;
      if (!isOwn || !missing.has(memberId) || pair.underWay.has(key)) continue;
      pair.underWay.add(key);
      this.#signal(memberId, { type: "chat", message: text }, (hasArrived) => {
        if (this.#pairs.get(memberId) !== pair) return;
        if (hasArrived && pair.unread !== null) pair.unread.push(key);
        else if (hasArrived) this.#arrived(memberId, pair, key);
        else {
          pair.underWay.delete(key);
          this.#sendTo(memberId);
        }
      });
    }
  }

  #arrived(memberId: string, pair: Pair, key: string): void {
    pair.underWay.delete(key);
    this.#settle(memberId, key, true);
    this.#sendTo(memberId);
  }

  /** A member's own page says that. */
  #heard(memberId: string, name: string, text: ChatText): void {
    this.#put(text, {
      id: keyOf(memberId, text),
      memberId,
      to: text.private ? this.#me : null,
      toName: null,
      name,
      isLocal: false,
      history: false,
      isFirsthand: true,
      delivery: null,
    });
  }

  /** A member tells that this was said. */
  #told(memberId: string, { own, name, ...told }: ToldText): void {
    const isLocal = this.#mine.has(told.memberId);
    // What this page has said it knows; only an earlier page of this member can have said more.
    const { isReturning } = this.#options;
    if (isLocal && !(isReturning && told.sentAt < this.#beganAt)) return;
    this.#put({ ...told, private: false }, {
      id: keyOfTold({ own, name, ...told }),
      memberId: told.memberId,
      to: null,
      toName: null,
      // Who is here has the name that the server gave.
      name: this.#pairs.get(told.memberId)?.name ?? name,
      isLocal,
      history: true,
      isFirsthand: own && told.memberId === memberId,
      delivery: null,
    });
  }

  #put(
    text: ChatText,
    message: Omit<ChatMessage, "text" | "sentAt">,
  ): void {
    if (!this.#isAllowed) return;
    const { text: words, sentAt } = text;
    if (this.#log.put({ ...message, text: words, sentAt }, text)) {
      this.#options.onChange();
    }
  }

  /** That member has got a local message, or has left without it. */
  #settle(memberId: string, key: string, hasIt: boolean): void {
    const missing = this.#missing.get(key);
    if (!missing?.delete(memberId)) return;
    if (missing.size === 0) this.#missing.delete(key);
    const { got, of } = this.#log.get(key)?.message.delivery ??
      { got: 0, of: 0 };
    this.#log.setDelivery(
      key,
      hasIt ? { got: got + 1, of } : { got, of: of - 1 },
    );
    this.#options.onChange();
  }
}

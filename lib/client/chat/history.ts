/**
 * What was said before a page came, or while it could not hear: each page asks the others for the public messages that it lacks, one page
 * after the other. `docs/protocol.md` 11.
 */
import * as v from "valibot";
import type { Clock } from "../../protocol/clock.ts";
import type { ChatLog } from "./chat_log.ts";
import {
  type HistorySignal,
  keyOfTold,
  MAX_HISTORY,
  partsOf,
  recentOf,
  ToldText,
} from "./chat_signal.ts";

/** How long a history waits for the pair's own path, which it would only hold up on its way by the server. Milliseconds. */
const GRACE_MS = 3_000;
/** Who says nothing for so long is passed over; an answer still counts when it comes. Milliseconds. */
const PATIENCE_MS = 5_000;
/** Between an answer that has arrived and the next to the same page: however often that asks, this one stays within its rate. Milliseconds. */
const REST_MS = 1_000;

interface Teller {
  /** Its own path is there, or was waited for. */
  isReady: boolean;
  /** To be asked, as soon as it is its turn. */
  isDue: boolean;
  /** Only because it asked. */
  back: boolean;
  /** It is yet to answer. */
  owes: boolean;
  /** Messages that are taken from it. */
  credit: number;
  /** It is yet to be answered: what it has. */
  asked: readonly string[] | null;
  /** An answer is on its way to it, or was just now. */
  isAnswered: boolean;
  /** Until it is ready, or can be answered again. */
  cancelTimer: () => void;
}

export interface HistoryOptions {
  clock: Clock;
  log: ChatLog;
  /** Takes it to that member. `onSettled` as of `Session.signal`. */
  signal(
    memberId: string,
    signal: HistorySignal,
    onSettled?: (hasArrived: boolean) => void,
  ): void;
  /** A member says that this was said. */
  onTold(memberId: string, text: ToldText): void;
  /** A member has these messages, by their keys. */
  onHave(memberId: string, keys: readonly string[]): void;
}

export class History {
  readonly #options: HistoryOptions;
  readonly #tellers = new Map<string, Teller>();
  /** Who is being listened to. */
  #current: Teller | null = null;
  #cancelWait = () => {};

  constructor(options: HistoryOptions) {
    this.#options = options;
  }

  /** Asks that member's page, a new one, when its turn has come. */
  begin(memberId: string): void {
    this.end(memberId);
    this.#tellers.set(memberId, {
      isReady: false,
      isDue: true,
      back: false,
      owes: false,
      credit: 0,
      asked: null,
      isAnswered: false,
      cancelTimer: this.#options.clock.after(
        GRACE_MS,
        () => this.ready(memberId),
      ),
    });
  }

  /** The pair has its own path, or need not be waited for. */
  ready(memberId: string): void {
    const teller = this.#tellers.get(memberId);
    if (teller === undefined || teller.isReady) return;
    teller.isReady = true;
    teller.cancelTimer();
    this.#answer(memberId, teller);
    this.#next();
  }

  /** That member's page is gone. */
  end(memberId: string): void {
    const teller = this.#tellers.get(memberId);
    if (teller === undefined) return;
    teller.cancelTimer();
    this.#tellers.delete(memberId);
    if (this.#current === teller) this.#goOn();
  }

  /** Asks everyone once more. */
  ask(): void {
    for (const teller of this.#tellers.values()) {
      teller.isDue = true;
      teller.back = false;
    }
    this.#next();
  }

  /** What was asked of that member, or answered by it, may be lost: asks once more. */
  lost(memberId: string): void {
    const teller = this.#tellers.get(memberId);
    if (teller === undefined) return;
    teller.isDue = true;
    teller.back = teller.owes = false;
    if (this.#current === teller) this.#goOn();
    else this.#next();
  }

  close(): void {
    for (const { cancelTimer } of this.#tellers.values()) cancelTimer();
    this.#tellers.clear();
    this.#cancelWait();
    this.#current = null;
  }

  /** Something of a history has come from that member. */
  receive(memberId: string, signal: HistorySignal): void {
    const teller = this.#tellers.get(memberId);
    if (teller === undefined) return;
    if (signal.type === "ask-history") {
      teller.asked = signal.have;
      this.#answer(memberId, teller);
      this.#options.onHave(memberId, signal.have);
      const lacks = signal.have.some((key) => !this.#options.log.get(key));
      // Never back and forth: two pages may each have what the other refuses.
      if (!lacks || signal.back || teller.isDue || teller.owes) return;
      teller.isDue = teller.back = true;
      return this.#next();
    }
    const taken = signal.messages.slice(0, teller.credit);
    teller.credit -= taken.length;
    for (const message of taken) {
      const told = v.safeParse(ToldText, message);
      if (told.success) this.#options.onTold(memberId, told.output);
    }
    if (signal.more && teller.credit > 0) return;
    teller.owes = false;
    if (this.#current === teller) this.#goOn();
  }

  #next(): void {
    if (this.#current !== null) return;
    for (const [memberId, teller] of this.#tellers) {
      if (!teller.isDue || !teller.isReady) continue;
      const { back } = teller;
      this.#current = teller;
      this.#cancelWait = this.#options.clock.after(
        PATIENCE_MS,
        () => this.#goOn(),
      );
      teller.isDue = false;
      teller.owes = true;
      teller.credit = MAX_HISTORY;
      const have = this.#have(memberId);
      return this.#options.signal(
        memberId,
        { type: "ask-history", have, back },
        (hasArrived) => hasArrived || this.lost(memberId),
      );
    }
  }

  #goOn(): void {
    this.#cancelWait();
    this.#current = null;
    this.#next();
  }

  #answer(memberId: string, teller: Teller): void {
    const { clock, log, signal } = this.#options;
    if (!teller.isReady || teller.isAnswered || teller.asked === null) return;
    const known = new Set(teller.asked);
    teller.asked = null;
    teller.isAnswered = true;
    const rest = () => {
      if (this.#tellers.get(memberId) !== teller) return;
      teller.cancelTimer = clock.after(REST_MS, () => {
        teller.isAnswered = false;
        this.#answer(memberId, teller);
      });
    };
    const lacking = recentOf(log).filter((told) => !known.has(keyOfTold(told)));
    for (const part of partsOf(lacking)) {
      signal(memberId, part, part.more ? undefined : rest);
    }
  }

  /** Without the words that others have put into that member's mouth, so that it can say them itself. */
  #have(memberId: string): string[] {
    const { log } = this.#options;
    return recentOf(log).map(keyOfTold).filter((key) => {
      const { message } = log.get(key)!;
      return message.isFirsthand || message.memberId !== memberId;
    });
  }
}

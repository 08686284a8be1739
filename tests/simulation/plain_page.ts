import { Link } from "@/lib/client/transport/link.ts";
import type { ServerMessage } from "@/lib/protocol/messages.ts";
import type { Violate } from "./ledger.ts";
import type { Page, PageOptions } from "./page.ts";
import {
  lifeOf,
  PlainEar,
  type PlainLedger,
  type PlainMark,
  type Stream,
} from "./plain_ledger.ts";

/** How long the answer to `leave` is waited for. */
const LEAVE_MS = 1_000;

/** A page of a client that neither numbers nor acknowledges: the least that a program can do. */
export class PlainPage implements Page {
  readonly roomId: string;
  readonly memberId: string;
  readonly others = new Map<
    string,
    { state: "here" | "away"; incarnation: number }
  >();
  readonly #options: PageOptions;
  readonly #ledger: PlainLedger;
  readonly #violate: Violate;
  readonly #link: Link;
  #ear: PlainEar | null = null;
  #stream: Stream | null = null;
  #incarnation = 0;
  #isClosed = false;

  constructor(options: PageOptions, ledger: PlainLedger, violate: Violate) {
    this.#options = options;
    this.#ledger = ledger;
    this.#violate = violate;
    const { claims, openTransport, clock, chance, onEnd } = options;
    this.roomId = claims.roomId;
    this.memberId = claims.memberId;
    this.#link = new Link({
      token: JSON.stringify(claims),
      openTransport,
      clock,
      random: chance.random,
      onFresh() {},
      onMessage: (message) => this.#heard(message),
      onState: (state) => {
        if (state.phase !== "open") this.#stream = null;
        if (state.phase === "closed" && !this.#isClosed) onEnd(state.reason);
      },
    });
    this.#link.start();
  }

  get isOpen(): boolean {
    return this.#link.state.phase === "open";
  }

  get incarnation(): number {
    return this.#incarnation;
  }

  /** What it has heard in this life; null before its first welcome. */
  get ear(): PlainEar | null {
    return this.#ear;
  }

  /** What it sends on its present connection; null while there is none. */
  get stream(): Stream | null {
    return this.#stream;
  }

  speak(count: number): void {
    if (!this.#stream || this.others.size === 0) return;
    const { chance } = this.#options;
    for (let i = 0; i < count; i++) {
      if (chance.is(0.5)) {
        const to = [...this.others].map(([id, { incarnation }]) =>
          lifeOf(id, incarnation)
        );
        const data = this.#ledger.mark(this.#stream, to);
        this.#link.send({ type: "signal", data });
      } else {
        const [to, { incarnation }] = chance.pick([...this.others]);
        const data = this.#ledger.mark(this.#stream, [lifeOf(to, incarnation)]);
        this.#link.send({ type: "signal", to, data });
      }
    }
  }

  async leave(): Promise<void> {
    this.#link.send({ type: "leave" });
    await new Promise<void>((resolve) =>
      this.#options.clock.after(LEAVE_MS, resolve)
    );
    this.close();
  }

  close(): void {
    this.#isClosed = true;
    this.#link.close();
  }

  #heard(message: ServerMessage): void {
    switch (message.type) {
      case "welcome":
        return this.#welcomed(message.you.incarnation, message.peers);
      case "join":
        if (this.others.has(message.from)) {
          this.#violate(
            "told twice",
            `${message.from} joins, by ${this.memberId}`,
          );
        }
        this.others.set(message.from, message.peer);
        return;
      case "back":
        this.others.set(message.from, message.peer);
        return;
      case "away": {
        const other = this.others.get(message.from);
        if (other) this.others.set(message.from, { ...other, state: "away" });
        return;
      }
      case "leave":
        if (!this.others.delete(message.from)) {
          this.#violate(
            "told twice",
            `${message.from} leaves, by ${this.memberId}`,
          );
        }
        return;
      case "signal":
        return this.#ear
          ? this.#ledger.take(
            this.#ear,
            message.from,
            message.data as PlainMark,
          )
          : undefined;
      case "gap":
        return this.#ear
          ? this.#ledger.gap(this.#ear, message.from)
          : undefined;
      case "error":
        // What was refused has had no effect: the numbers begin anew.
        if (this.#stream) this.#stream = this.#ledger.begin(this);
        return;
    }
  }

  #welcomed(
    incarnation: number,
    peers: readonly {
      memberId: string;
      state: "here" | "away";
      incarnation: number;
    }[],
  ): void {
    if (incarnation !== this.#incarnation) {
      this.#incarnation = incarnation;
      this.#ear = new PlainEar(this, incarnation);
    }
    this.others.clear();
    for (const peer of peers) this.others.set(peer.memberId, peer);
    this.#stream = this.#ledger.begin(this);
    this.#options.onOpen();
  }
}

import { Session } from "@/lib/client/session/session.ts";
import type { SessionEvent } from "@/lib/client/session/session_event.ts";
import type { Arrived, Ledger, Life, Marked, Sent } from "./ledger.ts";
import type { Page, PageOptions } from "./page.ts";

/** What signals hold beside their mark: about what offers, answers and candidates are long. */
const FILLINGS = [0, 0, 0, 80, 80, 1_200].map((length) => "x".repeat(length));

/** A page of a client that numbers and acknowledges: ours, without its media. */
export class NumberingPage implements Page, Life {
  readonly roomId: string;
  readonly memberId: string;
  readonly #options: PageOptions;
  readonly #ledger: Ledger;
  readonly #session: Session;
  readonly #pairs = new Map<string, { sent: Sent; arrived: Arrived }>();
  #incarnation = 0;

  constructor(options: PageOptions, ledger: Ledger) {
    this.#options = options;
    this.#ledger = ledger;
    const { claims, peers, openTransport, clock, chance } = options;
    this.roomId = claims.roomId;
    this.memberId = claims.memberId;
    this.#session = new Session({
      token: JSON.stringify(claims),
      memberId: claims.memberId,
      peers,
      openTransport,
      clock,
      random: chance.random,
    });
    this.#session.subscribe((event) => this.#heard(event));
    this.#session.start();
  }

  get isOpen(): boolean {
    return this.#session.state.phase === "open";
  }

  get others(): Page["others"] {
    return this.#session.peers;
  }

  get incarnation(): number {
    return this.#incarnation;
  }

  speak(count: number): void {
    const { chance } = this.#options;
    if (this.#pairs.size === 0) return;
    const [memberId, { sent }] = chance.pick([...this.#pairs]);
    for (let i = 0; i < count; i++) {
      const data = {
        ...this.#ledger.mark(sent),
        filling: chance.pick(FILLINGS),
      };
      this.#session.signal(memberId, data);
    }
  }

  leave(): Promise<void> {
    return this.#session.leave();
  }

  close(): void {
    this.#session.close();
  }

  /** What went to and came from that member in the pair that is now. */
  pairWith(memberId: string): { sent: Sent; arrived: Arrived } | undefined {
    return this.#pairs.get(memberId);
  }

  #heard(event: SessionEvent): void {
    switch (event.type) {
      case "state":
        if (event.state.phase === "open") this.#options.onOpen();
        if (event.state.phase === "closed") {
          this.#options.onEnd(event.state.reason);
        }
        return;
      case "welcome":
        this.#incarnation = event.you.incarnation;
        return;
      case "pair": {
        const { memberId } = event.peer;
        this.#pairs.set(memberId, this.#ledger.begin(this, memberId));
        return;
      }
      case "left":
        this.#pairs.delete(event.memberId);
        return;
      case "signal":
        return this.#ledger.take(
          this.#pairs.get(event.from)?.arrived,
          event.data as Marked,
        );
      case "gap":
        return this.#ledger.gap(this.#pairs.get(event.memberId)?.arrived);
    }
  }
}

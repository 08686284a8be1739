/** One member of a room as a real client makes it: joined over HTTP, kept by the client library's session. */
import { joinRoom } from "@/lib/client/api.ts";
import type { LinkState } from "@/lib/client/transport/link.ts";
import type { SessionEvent } from "@/lib/client/session/session_event.ts";
import { Session } from "@/lib/client/session/session.ts";
import { websocketTransport } from "@/lib/client/transport/websocket_transport.ts";
import { SYSTEM_CLOCK } from "@/lib/protocol/clock.ts";
import { NO_DELAY_SOCKET } from "./no_delay_socket.ts";

/** Where a member takes its seat, and where it connects: addresses of servers, or of what leads to them. */
export interface Place {
  joinsAt: string;
  connectsAt: string;
}

/** The way to its server. */
interface Way {
  origin: string;
  /** Ends the connection that there is, as a network does that fails. */
  cut(): void;
}

export class Member {
  readonly memberId: string;
  /** When it was welcomed, each time, by `performance.now()`. */
  readonly welcomes: number[] = [];
  /** When its link was lost, each time. */
  readonly losses: number[] = [];
  /** When it was told of others: that their seat has ended, by their ids. */
  readonly left = new Map<string, number>();
  /** Pairs that were begun anew, or had a gap: what was under way in them is void. */
  brokenPairs = 0;
  readonly #session: Session;
  readonly #way: Way;
  readonly #listeners = new Set<(from: string, data: unknown) => void>();
  readonly #begun = new Set<string>();
  #vanished = false;

  private constructor(memberId: string, session: Session, way: Way) {
    this.memberId = memberId;
    this.#session = session;
    this.#way = way;
    session.subscribe((event) => this.#heard(event));
  }

  /**
   * Takes a seat and connects. Throws as `joinRoom`.
   *
   * @param hostToken of the room, for its host.
   */
  static async join(
    { joinsAt, connectsAt }: Place,
    roomId: string,
    random: () => number,
    hostToken?: string,
  ): Promise<Member> {
    const { token, memberId, peers } = await joinRoom(
      roomId,
      { name: "Member" },
      { baseUrl: joinsAt, bearer: hostToken },
    );
    const way: Way = { origin: connectsAt, cut() {} };
    const session = new Session({
      token,
      memberId,
      peers,
      openTransport: (ticket, handler) => {
        const open = websocketTransport(way.origin, NO_DELAY_SOCKET);
        const transport = open(ticket, handler);
        way.cut = () => {
          transport.close();
          handler.closed(1006);
        };
        return transport;
      },
      clock: SYSTEM_CLOCK,
      random,
    });
    const member = new Member(memberId, session, way);
    session.start();
    return member;
  }

  get state(): LinkState {
    return this.#session.state;
  }

  get isConnected(): boolean {
    return this.#session.state.phase === "open";
  }

  /** Whether the server has ended it for good. */
  get isDropped(): boolean {
    return this.#session.state.phase === "closed" && !this.#vanished;
  }

  /** Whether it has disappeared on purpose. */
  get hasVanished(): boolean {
    return this.#vanished;
  }

  /** Whether it knows of that member. */
  sees(memberId: string): boolean {
    return this.#session.peers.has(memberId);
  }

  signal(to: string, data: unknown): void {
    this.#session.signal(to, data);
  }

  /** Calls `listener` with every signal from now on. */
  onSignal(listener: (from: string, data: unknown) => void): void {
    this.#listeners.add(listener);
  }

  /** Loses its connection, and connects at another place at once. */
  moveTo(origin: string): void {
    this.#way.origin = origin;
    this.#way.cut();
    this.#session.nudge();
  }

  /** Disappears without a word, as a page whose device went dark. */
  vanish(): void {
    this.#vanished = true;
    this.#session.close();
  }

  /** Gives the seat back. */
  async leave(): Promise<void> {
    if (!this.#vanished) await this.#session.leave();
  }

  #heard(event: SessionEvent): void {
    switch (event.type) {
      case "welcome":
        this.welcomes.push(performance.now());
        return;
      case "state":
        if (event.state.phase !== "open") this.losses.push(performance.now());
        return;
      case "left":
        this.left.set(event.memberId, performance.now());
        return;
      case "pair":
        if (this.#begun.has(event.peer.memberId)) this.brokenPairs++;
        this.#begun.add(event.peer.memberId);
        return;
      case "gap":
        this.brokenPairs++;
        return;
      case "signal":
        for (const listener of this.#listeners) {
          listener(event.from, event.data);
        }
    }
  }
}

/** Somebody who comes to a room, talks, loses the network, reloads the page, leaves, and comes back. */
import type {
  OpenTransport,
  Ticket,
  Transport,
  TransportHandler,
} from "@/lib/client/transport/transport.ts";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import type { RoomRecord } from "@/lib/server/rooms.ts";
import type { MemberClaims } from "@/lib/server/tokens.ts";
import type { Balancer } from "./balancer.ts";
import type { Chance } from "./chance.ts";
import type { Violate } from "./ledger.ts";
import type { Machine } from "./machine.ts";
import { BEGINNING, MachineClock } from "./machine_clock.ts";
import type { Page, PageOptions } from "./page.ts";
import type { Timeline } from "./timeline.ts";
import type { Wire } from "./wire.ts";

/** How long an answer to a request is waited for. */
const REQUEST_MS = 10_000;
const TOKEN_LIFE_MS = 36_000_000;

export interface PersonOptions {
  name: string;
  room: RoomRecord;
  timeline: Timeline;
  chance: Chance;
  balancer: Balancer;
  violate: Violate;
  openPage: (options: PageOptions) => Page;
  /** A seat was taken: this person is that member now. */
  onSeat: (memberId: string) => void;
}

export class Person {
  readonly name: string;
  readonly clock: MachineClock;
  page: Page | null = null;
  claims: MemberClaims | null = null;
  /** Whether it is in the room, or wants to be. */
  isIn = false;
  isOnline = true;
  /**
   * When and where it was last connected to a machine that works, and for how long it could have been since, in milliseconds: it was
   * online, some machine worked, and it was not astray.
   */
  servedAt = 0;
  machine: Machine | undefined;
  couldMs = 0;
  readonly #options: PersonOptions;
  /** In milliseconds, one way. */
  readonly #latency: number;
  readonly #wires = new Map<Wire, Machine>();
  /** Where the page's transports lead, the oldest first; null: nowhere. */
  readonly #ways = new Map<Transport, Machine | null>();
  /** Counts comings and goings, so that an answer for what is over is known. */
  #visit = 0;

  constructor(options: PersonOptions) {
    this.#options = options;
    this.name = options.name;
    const { timeline, chance } = options;
    const calendar = chance.between(-600_000, 600_000);
    this.clock = new MachineClock(timeline, {
      calendar,
      drift: 0,
      rate: chance.between(0.9995, 1.0005),
    });
    this.#latency = chance.between(2, 60);
  }

  get room(): RoomRecord {
    return this.#options.room;
  }

  get memberId(): string | undefined {
    return this.claims?.memberId;
  }

  /** Connections that are not over. */
  get wires(): ReadonlyMap<Wire, Machine> {
    return this.#wires;
  }

  /** The machine that it is connected to, if that works. */
  get servedBy(): Machine | undefined {
    if (!this.page?.isOpen) return undefined;
    const working = [...this.#wires].find(([wire, machine]) =>
      wire.isWhole && machine.isHealthy
    );
    return working?.[1];
  }

  /** Its page waits for a welcome where no machine works: dead, going, or without the database. */
  get isAstray(): boolean {
    // Of two ways the older is the one in use.
    const [first, second] = this.#ways.values();
    const tried = this.page?.isOpen ? second : first;
    return tried !== undefined && !tried?.isHealthy;
  }

  /** Comes to the room, as whom it was if that is still possible. */
  enter(): void {
    if (this.isIn) return;
    this.isIn = true;
    void this.#join(++this.#visit);
  }

  /** Leaves as one should. */
  async leave(): Promise<void> {
    const { page } = this;
    this.#end();
    await page?.leave();
  }

  /** Is gone without a word: its seat must end by time. */
  vanish(): void {
    const { page } = this;
    this.#end();
    page?.close();
  }

  /** The same member, in a new life of its page. */
  reload(): void {
    if (!this.page || !this.claims) return;
    this.page.close();
    this.#open(this.claims, this.#visit);
  }

  /** Loses the network; everything it has is cut off without a word. */
  goOffline(): void {
    this.isOnline = false;
    for (const wire of [...this.#wires.keys()]) {
      wire.break({ pageHears: false, machineHears: false });
    }
  }

  goOnline(): void {
    this.isOnline = true;
  }

  #end(): void {
    this.#visit++;
    this.isIn = false;
    this.page = null;
    this.claims = null;
  }

  /** Takes a seat, and goes on trying until there is one. */
  async #join(visit: number): Promise<void> {
    const { timeline, chance, room } = this.#options;
    let memberId = this.claims?.memberId;
    while (visit === this.#visit) {
      await timeline.delay(this.#latency);
      try {
        const seat = await this.#request(memberId);
        if (visit !== this.#visit) return;
        const { name, role } = seat;
        const claims: MemberClaims = {
          kind: "member",
          roomId: room.roomId,
          memberId: seat.memberId,
          role,
          name,
          tokenId: seat.memberId,
          issuedAt: BEGINNING + timeline.now,
          expiresAt: BEGINNING + timeline.now + TOKEN_LIFE_MS,
        };
        this.#options.onSeat(seat.memberId);
        this.servedAt = timeline.now;
        this.couldMs = 0;
        return this.#open(claims, visit, seat.peers);
      } catch (error) {
        if (
          error instanceof ProtocolError &&
          (error.code === "seat-ended" || error.code === "removed")
        ) memberId = undefined;
        await timeline.delay(chance.between(500, 3_000));
      }
    }
  }

  /** As over HTTP: the answer comes, or an error, or nothing. */
  async #request(
    memberId: string | undefined,
  ): Promise<Awaited<ReturnType<Machine["instance"]["takeSeat"]>>> {
    const { timeline, balancer, room, name } = this.#options;
    const machine = this.isOnline ? balancer.pick() : null;
    if (!machine || machine.state === "dead" || machine.state === "gone") {
      throw new Error("no answer");
    }
    const wish = {
      name,
      role: "speaker" as const,
      ...memberId !== undefined && { memberId },
    };
    const answer = machine.instance.takeSeat(room, wish);
    const tooLate = timeline.delay(REQUEST_MS).then(() => {
      throw new Error("no answer in time");
    });
    tooLate.catch(() => {});
    const seat = await Promise.race([answer, tooLate]);
    await timeline.delay(this.#latency);
    return seat;
  }

  #open(
    claims: MemberClaims,
    visit: number,
    peers: PageOptions["peers"] = [],
  ): void {
    const { chance, openPage } = this.#options;
    this.claims = claims;
    const isNow = () => visit === this.#visit && page === this.page;
    const page: Page = openPage({
      claims,
      peers,
      openTransport: this.#openTransport,
      clock: this.clock,
      chance,
      onOpen: () => this.couldMs = 0,
      onEnd: (reason) => {
        if (isNow()) this.#ended(reason, visit);
      },
    });
    this.page = page;
  }

  /** The server has ended it for good. By time: comes again. */
  #ended(reason: string, visit: number): void {
    this.page?.close();
    this.page = null;
    if (reason !== "seat-ended") {
      this.#options.violate("refused", `${this.claims?.memberId}: ${reason}`);
    }
    void this.#join(visit);
  }

  readonly #openTransport: OpenTransport = (ticket, handler) => {
    const machine = this.isOnline ? this.#options.balancer.pick() : null;
    const { send, close } = this.#openWay(machine, ticket, handler);
    const transport = {
      send,
      close: () => {
        this.#ways.delete(transport);
        close();
      },
    };
    this.#ways.set(transport, machine);
    return transport;
  };

  #openWay(
    machine: Machine | null,
    ticket: Ticket,
    handler: TransportHandler,
  ): Transport {
    const { timeline, chance } = this.#options;
    if (!machine || machine.state === "dead" || machine.state === "gone") {
      // Refused at once, or nobody answers; where there is no network at all, browsers say so.
      const refused = chance.is(0.7) || !this.isOnline;
      const callOff = refused
        ? timeline.after(this.#latency * 2, () => handler.closed(1006))
        : () => {};
      return { send() {}, close: callOff };
    }
    const claims: MemberClaims = JSON.parse(ticket.token);
    const wire: Wire = machine.connect(claims, ticket.incarnation, {
      handler,
      latency: this.#latency,
      onOver: () => this.#wires.delete(wire),
    });
    this.#wires.set(wire, machine);
    return { send: (frame) => wire.send(frame), close: () => wire.close() };
  }
}

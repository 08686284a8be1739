import type { Arrival } from "./arrivals.ts";
import type { Clock } from "../protocol/clock.ts";
import { type CloseReason, ProtocolError } from "../protocol/errors.ts";
import {
  Connection,
  type ConnectionParts,
  LOOK_MS,
  type Socket,
} from "./connection.ts";
import { Conversation } from "./conversation.ts";
import type { House } from "./house.ts";
import type { LiveRoom, Seated } from "./live_room.ts";
import { changeTo } from "./roster.ts";
import { Remembered } from "./remembered.ts";
import { publicRoom } from "./rooms.ts";
import { SendingRate, type SendingRates } from "./sending_rate.ts";
import type { Limits } from "./settings.ts";
import { Sweep } from "./sweep.ts";
import type { MemberClaims } from "./tokens.ts";

/** With what a connection is refused, by the error that stood in its way. */
const REFUSALS: Partial<Record<ProtocolError["code"], CloseReason>> = {
  "room-not-found": "room-closed",
  "room-full": "room-full",
  "room-locked": "room-locked",
  "removed": "removed",
  "seat-ended": "seat-ended",
  "unavailable": "unavailable",
};

/** How long who comes to an instance that is going should wait. */
const MOVING_RETRY_MS = 500;

/** Where connections arrive: it seats each member, welcomes it, and notices when its connection is lost. */
export class Reception {
  readonly #house: House;
  readonly #clock: Clock;
  readonly #parts: ConnectionParts;
  readonly #rates: SendingRates;
  /** By member. As many are remembered as can be connected. */
  readonly #rateOf: Remembered<SendingRate>;
  readonly #renewals: Sweep;
  readonly #looks: Sweep;
  #moving = false;

  constructor(house: House, limits: Limits, clock: Clock) {
    this.#house = house;
    this.#clock = clock;
    const { log, metrics } = house;
    this.#parts = { limits, log, metrics };
    this.#rates = {
      messages: {
        perSecond: limits.messagesPerSecond,
        burst: limits.messageBurst,
      },
      bytes: { perSecond: limits.bytesPerSecond, burst: limits.byteBurst },
      changes: {
        perSecond: limits.changesPerMinute / 60,
        burst: limits.changesPerMinute,
      },
    };
    this.#rateOf = new Remembered(() => this.#newRate(), limits.sockets);
    this.#renewals = new Sweep(clock, () => this.#renewTokens());
    this.#looks = new Sweep(clock, () => this.#look());
    house.switchboard.onGivenUp = (live, seated) =>
      void this.#reclaim(live, seated);
  }

  /** Whether this instance is going. */
  get isMoving(): boolean {
    return this.#moving;
  }

  /**
   * Connects the holder of a member token. The answer comes over the connection: `welcome`, or `bye` and a close code.
   *
   * @param incarnation that the client says it still is; none for a new one.
   */
  connect(
    socket: Socket,
    claims: MemberClaims,
    incarnation: number | undefined,
  ): Connection {
    const { roomId, memberId } = claims;
    const rate = this.#rateOf.of(memberId);
    const about = { roomId, memberId };
    const connection = new Connection(socket, this.#parts, rate, about);
    const arrival = this.#house.switchboard.arrivals.expect(roomId);
    const entered = this.#enter(connection, claims, incarnation, rate, arrival)
      .finally(() => arrival.end());
    this.#house.seats.entering(roomId, memberId, entered).catch((error) =>
      this.#refuse(connection, error)
    );
    return connection;
  }

  /** Closes a connection at once, with a reason that the client's script can see. It is never listened to. */
  turnAway(socket: Socket, reason: CloseReason): void {
    new Connection(socket, this.#parts, this.#newRate(), {}).bye(reason);
  }

  /** Tells every client to move to another instance, and lets nobody in any more. */
  startMoving(): void {
    this.#moving = true;
    this.adviseToMove();
  }

  /** Tells every client to move, if it can: its connection stays until another instance has welcomed it. */
  adviseToMove(): void {
    for (const { connection } of this.#house.switchboard.seated()) {
      connection.send({ type: "moving" });
    }
  }

  /** Ends the connections that are left. */
  finishMoving(): void {
    this.#renewals.stop();
    this.#looks.stop();
    for (const { connection } of [...this.#house.switchboard.seated()]) {
      connection.bye("moving");
    }
  }

  #newRate(): SendingRate {
    return new SendingRate(this.#rates, this.#clock);
  }

  async #enter(
    connection: Connection,
    claims: MemberClaims,
    incarnation: number | undefined,
    rate: SendingRate,
    arrival: Arrival,
  ): Promise<void> {
    if (this.#moving) return connection.bye("moving", MOVING_RETRY_MS);
    const { lease, members, rooms, seats, switchboard, log } = this.#house;
    const { roomId, memberId } = claims;
    await lease.hold();
    const entered = await members.enter(roomId, claims, incarnation);
    if (typeof entered === "string") return connection.bye(entered);
    seats.occupied(roomId, memberId);
    const { entry, resumed, begun } = entered;
    const seated = { connection, entry, renewAt: renewalOf(claims) };
    const [room, list] = await Promise.all([
      rooms.find(roomId),
      members.list(roomId),
    ]).catch((error) => {
      // Its record says that it is here, and it is not: without this nobody would ever end the seat.
      void seats.vacate(seated);
      throw error;
    });
    if (!room) {
      void seats.vacate(seated);
      throw new ProtocolError("room-not-found");
    }

    // Nobody would end a connection that is seated by an instance that has gone meanwhile.
    if (this.#moving) return connection.bye("moving", MOVING_RETRY_MS);
    // From here to the welcome nothing may wait: the roster that it shows is the one that later messages change.
    // What was read is news to those who are here already, if anybody is; to a room that is only opened now it is the beginning.
    const known = [entry, ...list].map(changeTo);
    const wasKnown = switchboard.knows(changeTo(entry));
    // Its own older connection, if there is one here, stays until the client has this one.
    for (const change of known) {
      if (change.memberId !== memberId) switchboard.take(change);
    }
    const live = switchboard.open(room);
    for (const change of known) live.apply(change);
    const { incarnation: life, role, name } = entry.value;
    connection.send({
      type: "welcome",
      you: { memberId, incarnation: life, role, name },
      room: publicRoom(room),
      peers: live.roster.peers().filter((peer) => peer.memberId !== memberId),
      resumed,
      expiresAt: claims.expiresAt,
    });
    // Who is known before it is there may have been sent something already.
    if (!begun || wasKnown || arrival.missed) connection.send({ type: "gap" });
    switchboard.seat(live, seated);
    connection.whenEnded(() => this.#lost(live, seated));
    if (connection.ended) return;
    if (arrival.missed) switchboard.doubt([roomId]);
    connection.begin(
      new Conversation(this.#house, live, connection, memberId, rate),
    );
    this.#renewals.add(seated.renewAt);
    this.#looks.add(this.#clock.now() + LOOK_MS);
    log.info("member-connected", { roomId, memberId, incarnation: life });

    switchboard.announceEntry(live, changeTo(entry), entered.before);
  }

  #refuse(connection: Connection, error: unknown): void {
    const known = error instanceof ProtocolError ? error : undefined;
    const reason = known && REFUSALS[known.code];
    if (!reason) this.#house.log.error("connect-failed", { error });
    connection.bye(reason ?? "internal", known?.retryAfter);
  }

  /** A connection is over. If it was the member's last, the member is away. */
  #lost(live: LiveRoom, seated: Seated): void {
    const wasSeated = this.#house.switchboard.unseat(live, seated);
    if (wasSeated && !this.#moving) void this.#house.seats.vacate(seated);
  }

  /** Another instance took this one for gone, and a member for away that is connected here: it is not. */
  async #reclaim(live: LiveRoom, seated: Seated): Promise<void> {
    const { members, seats, switchboard } = this.#house;
    try {
      const back = await members.reclaim(seated.entry);
      // It has connected elsewhere meanwhile, or its seat has ended: a page that has only this connection comes again.
      if (!back) return seated.connection.bye("moving");
      seated.entry = back.entry;
      if (seated.connection.ended) void seats.vacate(seated);
      live.apply(changeTo(back.entry));
      // Meanwhile the others may have thought that nobody of the room is here, and may have told this instance nothing.
      switchboard.announceEntry(live, changeTo(back.entry), back.before);
    } catch (error) {
      this.#refuse(seated.connection, error);
    }
  }

  /** Ends the connections of those who no longer read, and returns when to look again. */
  #look(): number {
    let next = Infinity;
    for (const { connection } of this.#house.switchboard.seated()) {
      connection.look();
      next = this.#clock.now() + LOOK_MS;
    }
    return next;
  }

  /** Sends a fresh token to everyone whose time for it has come, and returns when the next one's does. */
  #renewTokens(): number {
    const now = this.#clock.now();
    let next = Infinity;
    for (const seated of this.#house.switchboard.seated()) {
      if (seated.renewAt <= now) void this.#renewToken(seated);
      else next = Math.min(next, seated.renewAt);
    }
    return next;
  }

  async #renewToken(seated: Seated): Promise<void> {
    seated.renewAt = Infinity;
    const { token, claims } = await this.#house.tokens.issueMember(
      seated.entry.value,
    );
    const { connection } = seated;
    connection.send({ type: "token", token, expiresAt: claims.expiresAt });
    if (connection.ended) return;
    seated.renewAt = renewalOf(claims);
    this.#renewals.add(seated.renewAt);
  }
}

/** When a token is to be replaced: at two thirds of its life, in milliseconds since 1970. */
function renewalOf({ issuedAt, expiresAt }: MemberClaims): number {
  return issuedAt + (expiresAt - issuedAt) * 2 / 3;
}

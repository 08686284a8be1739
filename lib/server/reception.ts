import type { Clock } from "../protocol/clock.ts";
import { type CloseReason, ProtocolError } from "../protocol/errors.ts";
import {
  Connection,
  type ConnectionLimits,
  type Socket,
} from "./connection.ts";
import { Conversation } from "./conversation.ts";
import type { House } from "./house.ts";
import type { LiveRoom, Seated } from "./live_room.ts";
import { changeTo } from "./roster.ts";
import { publicRoom } from "./rooms.ts";
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
  readonly #limits: ConnectionLimits;
  #moving = false;

  constructor(house: House, limits: ConnectionLimits, clock: Clock) {
    this.#house = house;
    this.#limits = limits;
    this.#clock = clock;
    house.switchboard.onGivenUp = (live, seated) =>
      void this.#reclaim(live, seated);
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
    const connection = new Connection(
      socket,
      this.#limits,
      this.#clock,
      this.#house.log,
    );
    this.#enter(connection, claims, incarnation).catch((error) =>
      this.#refuse(connection, error)
    );
    return connection;
  }

  /** Closes a connection at once, with a reason that the client's script can see. */
  turnAway(socket: Socket, reason: CloseReason): void {
    new Connection(socket, this.#limits, this.#clock, this.#house.log).bye(
      reason,
    );
  }

  /** Tells every client to move to another instance, and lets nobody in any more. */
  startMoving(): void {
    this.#moving = true;
    for (const { connection } of this.#house.switchboard.seated()) {
      connection.send({ type: "moving" });
    }
  }

  /** Ends the connections that are left. */
  finishMoving(): void {
    for (const { connection } of [...this.#house.switchboard.seated()]) {
      connection.bye("moving");
    }
  }

  async #enter(
    connection: Connection,
    claims: MemberClaims,
    incarnation: number | undefined,
  ): Promise<void> {
    if (this.#moving) return connection.bye("moving", MOVING_RETRY_MS);
    const { lease, members, rooms, seats, switchboard, log } = this.#house;
    const { roomId, memberId } = claims;
    await lease.hold();
    const entered = await members.enter(roomId, claims, incarnation);
    if (typeof entered === "string") return connection.bye(entered);
    seats.occupied(roomId, memberId);
    const { entry, resumed } = entered;
    const seated: Seated = { connection, entry };
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

    // From here to the welcome nothing may wait: the roster that it shows is the one that later messages change.
    const live = switchboard.open(room);
    for (const other of list) live.apply(changeTo(other));
    live.apply(changeTo(entry));
    switchboard.seat(live, seated);
    connection.whenEnded(() => this.#lost(live, seated));
    if (connection.ended) return;
    const { incarnation: life, role, name } = entry.value;
    connection.send({
      type: "welcome",
      you: { memberId, incarnation: life, role, name },
      room: publicRoom(room),
      peers: live.roster.peers().filter((peer) => peer.memberId !== memberId),
      resumed,
      expiresAt: claims.expiresAt,
    });
    if (resumed) connection.send({ type: "gap" });
    const conversation = new Conversation(
      this.#house,
      live,
      connection,
      memberId,
    );
    connection.onMessage = (message) => conversation.handle(message);
    connection.begin();
    this.#renewToken(connection, claims);
    log.info("member-connected", { roomId, memberId });

    await switchboard.announce(changeTo(entry), entered.before);
    // What happened elsewhere before the others knew of this instance is read once more.
    await switchboard.reread(live);
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
    const { roomId, memberId, incarnation, name, role } = seated.entry.value;
    try {
      const entered = await this.#house.members.enter(roomId, {
        memberId,
        name,
        role,
      }, incarnation);
      if (typeof entered === "string") return seated.connection.bye(entered);
      seated.entry = entered.entry;
      if (seated.connection.ended) return void this.#house.seats.vacate(seated);
      live.apply(changeTo(entered.entry));
      await this.#house.switchboard.announce(
        changeTo(entered.entry),
        entered.before,
      );
    } catch (error) {
      this.#refuse(seated.connection, error);
    }
  }

  /** Sends a fresh token at two thirds of the old one's life. */
  #renewToken(connection: Connection, claims: MemberClaims): void {
    const renewAt = claims.issuedAt +
      (claims.expiresAt - claims.issuedAt) * 2 / 3;
    const callOff = this.#clock.after(
      Math.max(0, renewAt - this.#clock.now()),
      async () => {
        const { token, claims: fresh } = await this.#house.tokens.issueMember(
          claims,
        );
        connection.send({ type: "token", token, expiresAt: fresh.expiresAt });
        if (!connection.ended) this.#renewToken(connection, fresh);
      },
    );
    connection.whenEnded(callOff);
  }
}

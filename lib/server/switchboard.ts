import type { Clock } from "../protocol/clock.ts";
import type { CloseReason } from "../protocol/errors.ts";
import type { ServerMessage } from "../protocol/messages.ts";
import { Arrivals } from "./arrivals.ts";
import type { Bus } from "./bus/bus.ts";
import {
  LiveRoom,
  type Onward,
  type Recipient,
  type Seated,
} from "./live_room.ts";
import type { Log } from "./log.ts";
import type { LeaveReason, MemberRecord } from "./member_record.ts";
import type { Members } from "./members.ts";
import { Rereading } from "./rereading.ts";
import type { RoomRecord, Rooms } from "./rooms.ts";
import { changeTo, endOf, type RosterChange } from "./roster.ts";
import { Sweep } from "./sweep.ts";

/** What instances tell each other; each is said only to those that have somebody of that room. */
type BusMessage =
  /** `isEntering`: the member is new to its instance, which asks to be told when it is known. */
  | { kind: "change"; change: RosterChange; isEntering?: boolean }
  /** Something may have happened in a room that the recipient was not told: it must be read again. */
  | { kind: "unsure"; roomId: string }
  | {
    kind: "deliver";
    roomId: string;
    to: Recipient[];
    message: ServerMessage;
  }
  | { kind: "room"; room: RoomRecord; closed: boolean }
  /** Signals to a member may have been lost on their way to where it was before. */
  | { kind: "missed"; roomId: string; memberId: string };

function roomOf(message: BusMessage): string {
  switch (message.kind) {
    case "change":
      return message.change.roomId;
    case "room":
      return message.room.roomId;
    default:
      return message.roomId;
  }
}

/** With what a member's connection is closed when its seat has ended. */
const ENDINGS: Record<LeaveReason, CloseReason> = {
  left: "left",
  removed: "removed",
  timeout: "seat-ended",
};

/**
 * With what a member's connection is closed when a newer one has its place. Of one page's connections the last to be opened need not be
 * the last to be seated, so that page may come again; another page of the member has taken over for good.
 */
function replacedBy(newer: MemberRecord, mine: MemberRecord): CloseReason {
  const isSamePage = newer.incarnation <= mine.incarnation ||
    newer.formerly === mine.incarnation;
  return isSamePage ? "moving" : "taken-over";
}

/** Joins the rooms that live on this instance to each other's instances: what happens here is told there, and the other way round. */
export class Switchboard {
  /** Called when a room's time is over. */
  onExpired: (room: RoomRecord) => void = () => {};
  /** Called when a member that is connected here was given up by another instance that took this one for gone. */
  onGivenUp: (live: LiveRoom, seated: Seated) => void = () => {};

  readonly arrivals = new Arrivals();

  readonly #instanceId: string;
  readonly #bus: Bus;
  readonly #members: Members;
  readonly #rooms: Rooms;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #live = new Map<string, LiveRoom>();
  readonly #expiries: Sweep;
  readonly #rereading: Rereading;

  constructor(
    instanceId: string,
    bus: Bus,
    members: Members,
    rooms: Rooms,
    clock: Clock,
    log: Log,
  ) {
    this.#instanceId = instanceId;
    this.#bus = bus;
    this.#members = members;
    this.#rooms = rooms;
    this.#clock = clock;
    this.#log = log;
    this.#expiries = new Sweep(clock, () => this.#endExpired());
    this.#rereading = new Rereading((roomId) => this.#reread(roomId), clock);
    bus.onMessage = (message, from) => this.#hear(message as BusMessage, from);
    bus.onHole = () => {
      this.doubt();
      for (const { connection } of this.seated()) {
        connection.send({ type: "gap" });
      }
    };
  }

  /** How many rooms somebody is connected to here. */
  get size(): number {
    return this.#live.size;
  }

  /** Everyone who is connected here. */
  *seated(): Generator<Seated> {
    for (const live of this.#live.values()) yield* live.seated.values();
  }

  /** A member that is connected here. */
  find(roomId: string, memberId: string): Seated | undefined {
    return this.#live.get(roomId)?.seated.get(memberId);
  }

  /** The room as it lives here, from now on or already. */
  open(room: RoomRecord): LiveRoom {
    const known = this.#live.get(room.roomId);
    if (known) return known;
    const live = new LiveRoom(room, this.#instanceId);
    this.#live.set(room.roomId, live);
    this.#expiries.add(room.expiresAt ?? Infinity);
    return live;
  }

  /** Whether people here have been told of a member's newest connection already. */
  knows({ roomId, memberId, record }: RosterChange): boolean {
    const known = this.#live.get(roomId)?.roster.get(memberId);
    return !!known && known.generation === record?.generation;
  }

  /** Gives a connection its place in the room. Another one of the same member is closed: the newer wins. */
  seat(live: LiveRoom, seated: Seated): void {
    const { memberId } = seated.entry.value;
    const older = live.seated.get(memberId);
    live.seated.set(memberId, seated);
    older?.connection.bye(replacedBy(seated.entry.value, older.entry.value));
  }

  /** Takes a connection out of its room. False: it was no longer in it. */
  unseat(live: LiveRoom, seated: Seated): boolean {
    const { memberId } = seated.entry.value;
    if (live.seated.get(memberId) !== seated) return false;
    live.seated.delete(memberId);
    if (live.seated.size === 0) this.#live.delete(live.roomId);
    return true;
  }

  /** Tells everyone in the room what became of a member. `before`: the instance that it was at, if it was at another. */
  async announce(change: RosterChange, before?: string): Promise<void> {
    const instances = await this.#instancesOf(change.roomId);
    if (before !== undefined) instances.add(before);
    this.take(change);
    this.#publish(instances, { kind: "change", change });
  }

  /**
   * As {@linkcode announce}, of a member that has just been connected here, or taken back. What others tell each other before they know of
   * this instance it is not told: each says when it does, and the room is read again.
   */
  announceEntry(
    live: LiveRoom,
    change: RosterChange,
    before: string,
  ): void {
    const instances = live.roster.instances();
    this.take(change);
    this.#publish(instances, { kind: "change", change, isEntering: true });
    if (instances.has(before)) return;
    this.#publish(new Set([before]), { kind: "change", change });
  }

  /** Tells everyone in a room what it is now. */
  async roomChanged(room: RoomRecord): Promise<void> {
    this.#log.info("room-changed", { roomId: room.roomId });
    const instances = await this.#instancesOf(room.roomId);
    this.#live.get(room.roomId)?.changed(room);
    this.#publish(instances, { kind: "room", room, closed: false });
  }

  /** Ends the connections of everyone who had a seat in a room that is closed. */
  roomClosed(room: RoomRecord, seats: readonly MemberRecord[]): void {
    this.#log.info("room-closed", { roomId: room.roomId });
    this.#empty(this.#live.get(room.roomId));
    this.#publish(new Set(seats.map(({ instanceId }) => instanceId)), {
      kind: "room",
      room,
      closed: true,
    });
  }

  /** Sends a member's message on to the instance that its recipients are connected to. */
  deliver(roomId: string, { instanceId, to, message }: Onward): void {
    const delivery = { kind: "deliver" as const, roomId, to, message };
    this.#publish(new Set([instanceId]), delivery);
  }

  /** News may have been lost: these rooms, or all, are read again. */
  doubt(roomIds: Iterable<string> = this.#live.keys()): void {
    this.#rereading.add(roomIds);
  }

  /** Something may have happened in a room that nobody was told: every instance that has somebody in it reads it again. */
  async suspect(roomId: string): Promise<void> {
    const instances = await this.#instancesOf(roomId);
    this.doubt([roomId]);
    this.#publish(instances, { kind: "unsure", roomId });
  }

  close(): void {
    this.#rereading.close();
    this.#expiries.stop();
    this.#live.clear();
  }

  /** Reads all records of a room again, and tells its people here what they have missed. */
  async #reread(roomId: string): Promise<void> {
    const live = this.#live.get(roomId);
    if (!live) return;
    await this.#rereadRoom(live);
    const known = live.roster.versions();
    const members = await this.#members.list(roomId);
    for (const entry of members) this.take(changeTo(entry));
    const listed = new Set(members.map(({ value }) => value.memberId));
    for (const [memberId, versionstamp] of known) {
      if (listed.has(memberId)) continue;
      const reason = await this.#members.whyEnded(roomId, memberId);
      this.take({ ...endOf(roomId, memberId, versionstamp), reason });
    }
  }

  async #rereadRoom(live: LiveRoom): Promise<void> {
    const room = await this.#rooms.find(live.roomId);
    if (room) live.changed(room);
    else this.#empty(live);
  }

  #hear(message: BusMessage, from: string): void {
    try {
      if (!this.#isForHere(message)) this.arrivals.miss(roomOf(message));
      switch (message.kind) {
        case "change":
          if (message.isEntering) this.#meet(from, message.change);
          return this.take(message.change);
        case "unsure":
          return this.doubt([message.roomId]);
        case "deliver":
          return this.#live.get(message.roomId)?.deliver(
            message.to,
            message.message,
          );
        case "room": {
          const live = this.#live.get(message.room.roomId);
          return message.closed
            ? this.#empty(live)
            : live?.changed(message.room);
        }
        case "missed":
          return this.#live.get(message.roomId)?.deliver(
            [{ memberId: message.memberId }],
            { type: "gap" },
          );
      }
    } catch (error) {
      this.#log.error("bus-message-failed", { error });
    }
  }

  /** Whether somebody here can take it. */
  #isForHere(message: BusMessage): boolean {
    const live = this.#live.get(roomOf(message));
    if (!live || message.kind !== "deliver") return live !== undefined;
    return message.to.every(({ memberId }) => live.seated.has(memberId));
  }

  /**
   * Another instance has somebody in a room. Who had not known that may have had news that it did not send there; who had read of it before
   * may have sent news and signals there that came too early.
   */
  #meet(from: string, change: RosterChange): void {
    const { roomId, memberId } = change;
    const live = this.#live.get(roomId);
    const isEarly = this.knows(change);
    if (!isEarly && live?.roster.instances().has(from)) return;
    this.#publish(new Set([from]), { kind: "unsure", roomId });
    if (!isEarly || !live?.hasUnnumbered) return;
    this.#publish(new Set([from]), { kind: "missed", roomId, memberId });
  }

  /** Takes a change in that was read or told; a connection that it makes void is ended. */
  take(change: RosterChange): void {
    const live = this.#live.get(change.roomId);
    if (!live) return;
    const before = live.roster.get(change.memberId);
    live.apply(change);
    const seated = live.seated.get(change.memberId);
    const { record } = change;
    if (!seated) return this.#moved(live, before, record);
    // What was written before this connection's own record says nothing of it, however late it comes.
    if (change.versionstamp <= seated.entry.versionstamp) return;
    const mine = seated.entry.value;
    if (!record) {
      this.unseat(live, seated);
      seated.connection.bye(ENDINGS[change.reason ?? "timeout"]);
    } else if (record.generation > mine.generation) {
      this.unseat(live, seated);
      seated.connection.bye(replacedBy(record, mine));
      this.#moved(live, before, record);
    } else if (
      record.generation === mine.generation &&
      record.instanceId !== this.#instanceId
    ) {
      this.onGivenUp(live, seated);
    }
  }

  /** A member has come back elsewhere. What was sent to it meanwhile, and will not be sent again, may have gone to where it was before. */
  #moved(
    { roomId, hasUnnumbered }: LiveRoom,
    before: MemberRecord | null,
    after: MemberRecord | null,
  ): void {
    if (!hasUnnumbered || !before || after?.state !== "here") return;
    if (after.generation === before.generation) return;
    const { instanceId, memberId } = after;
    this.#publish(new Set([instanceId]), { kind: "missed", roomId, memberId });
  }

  #empty(live: LiveRoom | undefined): void {
    for (const seated of [...live?.seated.values() ?? []]) {
      this.unseat(live!, seated);
      seated.connection.bye("room-closed");
    }
  }

  /** Tells of rooms whose time is over, and returns when the next one's is. */
  #endExpired(): number {
    const now = this.#clock.now();
    let next = Infinity;
    for (const { room } of [...this.#live.values()]) {
      const { expiresAt = Infinity } = room;
      if (expiresAt <= now) this.onExpired(room);
      else next = Math.min(next, expiresAt);
    }
    return next;
  }

  async #instancesOf(roomId: string): Promise<Set<string>> {
    const live = this.#live.get(roomId);
    if (live) return live.roster.instances();
    const members = await this.#members.list(roomId);
    return new Set(members.map(({ value }) => value.instanceId));
  }

  #publish(instances: ReadonlySet<string>, message: BusMessage): void {
    for (const id of instances) {
      if (id !== this.#instanceId) this.#bus.send(id, message);
    }
  }
}

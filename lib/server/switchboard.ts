import type { Clock } from "../protocol/clock.ts";
import type { CloseReason } from "../protocol/errors.ts";
import type { ServerMessage } from "../protocol/messages.ts";
import type { Bus } from "./bus.ts";
import { LiveRoom, type Onward, type Seated } from "./live_room.ts";
import type { Log } from "./log.ts";
import type { LeaveReason, MemberRecord } from "./member_record.ts";
import type { Members } from "./members.ts";
import type { RoomRecord } from "./rooms.ts";
import { changeTo, type RosterChange } from "./roster.ts";

/** What instances tell each other; each is said only to those that have somebody of that room. */
type BusMessage =
  | { kind: "change"; change: RosterChange }
  | {
    kind: "deliver";
    roomId: string;
    memberId: string;
    incarnation?: number;
    message: ServerMessage;
  }
  | {
    kind: "broadcast";
    roomId: string;
    message: ServerMessage;
    except: string;
  }
  | { kind: "room"; room: RoomRecord; closed: boolean };

/** With what a member's connection is closed when its seat has ended. */
const ENDINGS: Record<LeaveReason, CloseReason> = {
  left: "left",
  removed: "removed",
  timeout: "seat-ended",
};

/** The longest that one timer waits: `setTimeout` takes at most 24 days. */
const LONGEST_WAIT_MS = 86_400_000;

/** Joins the rooms that live on this instance to each other's instances: what happens here is told there, and the other way round. */
export class Switchboard {
  /** Called when a room's time is over. */
  onExpired: (room: RoomRecord) => void = () => {};
  /** Called when a member that is connected here was given up by another instance that took this one for gone. */
  onGivenUp: (live: LiveRoom, seated: Seated) => void = () => {};

  readonly #instanceId: string;
  readonly #bus: Bus;
  readonly #members: Members;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #rooms = new Map<string, { live: LiveRoom; callOff: () => void }>();
  readonly #unsubscribe: () => void;

  constructor(
    instanceId: string,
    bus: Bus,
    members: Members,
    clock: Clock,
    log: Log,
  ) {
    this.#instanceId = instanceId;
    this.#bus = bus;
    this.#members = members;
    this.#clock = clock;
    this.#log = log;
    this.#unsubscribe = bus.subscribe(
      instanceId,
      (message) => this.#hear(message as BusMessage),
    );
  }

  /** How many rooms somebody is connected to here. */
  get size(): number {
    return this.#rooms.size;
  }

  /** Everyone who is connected here. */
  *seated(): Generator<Seated> {
    for (const { live } of this.#rooms.values()) yield* live.seated.values();
  }

  /** The room as it lives here, from now on or already. */
  open(room: RoomRecord): LiveRoom {
    const known = this.#rooms.get(room.roomId);
    if (known) return known.live;
    const live = new LiveRoom(room, this.#instanceId);
    this.#rooms.set(room.roomId, { live, callOff: () => {} });
    this.#awaitExpiry(live);
    return live;
  }

  /** Gives a connection its place in the room. Another one of the same member is closed: the newer wins. */
  seat(live: LiveRoom, seated: Seated): void {
    const { memberId } = seated.entry.value;
    const older = live.seated.get(memberId);
    live.seated.set(memberId, seated);
    older?.connection.bye("taken-over");
  }

  /** Takes a connection out of its room. False: it was no longer in it. */
  unseat(live: LiveRoom, seated: Seated): boolean {
    const { memberId } = seated.entry.value;
    if (live.seated.get(memberId) !== seated) return false;
    live.seated.delete(memberId);
    if (live.seated.size === 0) {
      this.#rooms.get(live.roomId)?.callOff();
      this.#rooms.delete(live.roomId);
    }
    return true;
  }

  /** Tells everyone in the room what became of a member. `before`: the instance that it was at, if it was at another. */
  async announce(change: RosterChange, before?: string): Promise<void> {
    const instances = await this.#instancesOf(change.roomId);
    if (before !== undefined) instances.add(before);
    this.#hear({ kind: "change", change });
    await this.#publish(instances, { kind: "change", change });
  }

  /** Tells everyone in a room what it is now. */
  async roomChanged(room: RoomRecord): Promise<void> {
    const instances = await this.#instancesOf(room.roomId);
    this.#hear({ kind: "room", room, closed: false });
    await this.#publish(instances, { kind: "room", room, closed: false });
  }

  /** Ends the connections of everyone who had a seat in a room that is closed. */
  async roomClosed(
    room: RoomRecord,
    seats: readonly MemberRecord[],
  ): Promise<void> {
    this.#hear({ kind: "room", room, closed: true });
    await this.#publish(new Set(seats.map(({ instanceId }) => instanceId)), {
      kind: "room",
      room,
      closed: true,
    });
  }

  /** Sends a member's message on to the instance that the recipient is connected to. */
  deliver(roomId: string, { instanceId, ...delivery }: Onward): void {
    void this.#publish(new Set([instanceId]), {
      kind: "deliver",
      roomId,
      ...delivery,
    });
  }

  /** Sends a member's message to everyone else in the room. */
  broadcast(live: LiveRoom, message: ServerMessage, except: string): void {
    live.broadcast(message, except);
    void this.#publish(live.roster.instances(), {
      kind: "broadcast",
      roomId: live.roomId,
      message,
      except,
    });
  }

  /** Reads all records of a room again, and tells its people here what they have missed. */
  async reread(live: LiveRoom): Promise<void> {
    const known = live.roster.memberIds();
    const members = await this.#members.list(live.roomId);
    for (const entry of members) this.#take(changeTo(entry));
    const listed = new Set(members.map(({ value }) => value.memberId));
    for (const memberId of known) {
      if (!listed.has(memberId)) live.apply(live.roster.endOf(memberId));
    }
  }

  close(): void {
    this.#unsubscribe();
    for (const { callOff } of this.#rooms.values()) callOff();
    this.#rooms.clear();
  }

  #hear(message: BusMessage): void {
    try {
      switch (message.kind) {
        case "change":
          return this.#take(message.change);
        case "deliver":
          return this.#rooms.get(message.roomId)?.live.deliver(
            message.memberId,
            message.incarnation,
            message.message,
          );
        case "broadcast":
          return this.#rooms.get(message.roomId)?.live.broadcast(
            message.message,
            message.except,
          );
        case "room": {
          const live = this.#rooms.get(message.room.roomId)?.live;
          return message.closed
            ? this.#empty(live)
            : live?.changed(message.room);
        }
      }
    } catch (error) {
      this.#log.error("bus-message-failed", { error });
    }
  }

  /** Takes a change in; a connection that it makes void is ended. */
  #take(change: RosterChange): void {
    const live = this.#rooms.get(change.roomId)?.live;
    if (!live) return;
    live.apply(change);
    const seated = live.seated.get(change.memberId);
    if (!seated) return;
    const { record } = change;
    const mine = seated.entry.value;
    if (!record) {
      this.unseat(live, seated);
      seated.connection.bye(ENDINGS[change.reason ?? "timeout"]);
    } else if (record.generation > mine.generation) {
      this.unseat(live, seated);
      seated.connection.bye("taken-over");
    } else if (
      record.generation === mine.generation &&
      record.instanceId !== this.#instanceId
    ) {
      this.onGivenUp(live, seated);
    }
  }

  #empty(live: LiveRoom | undefined): void {
    for (const seated of [...live?.seated.values() ?? []]) {
      this.unseat(live!, seated);
      seated.connection.bye("room-closed");
    }
  }

  #awaitExpiry(live: LiveRoom): void {
    const held = this.#rooms.get(live.roomId);
    const { expiresAt } = live.room;
    if (!held || expiresAt === undefined) return;
    const left = expiresAt - this.#clock.now();
    if (left <= 0) return this.onExpired(live.room);
    held.callOff = this.#clock.after(
      Math.min(left, LONGEST_WAIT_MS),
      () => this.#awaitExpiry(live),
    );
  }

  async #instancesOf(roomId: string): Promise<Set<string>> {
    const live = this.#rooms.get(roomId)?.live;
    if (live) return live.roster.instances();
    const members = await this.#members.list(roomId);
    return new Set(members.map(({ value }) => value.instanceId));
  }

  async #publish(
    instances: ReadonlySet<string>,
    message: BusMessage,
  ): Promise<void> {
    const others = [...instances].filter((id) => id !== this.#instanceId);
    await Promise.all(others.map((id) => this.#bus.publish(id, message)));
  }
}

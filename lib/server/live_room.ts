import { ProtocolError } from "../protocol/errors.ts";
import type { ServerMessage } from "../protocol/messages.ts";
import type { Connection } from "./connection.ts";
import type { MemberRecord } from "./member_record.ts";
import { publicRoom, type RoomRecord } from "./rooms.ts";
import { Roster, type RosterChange } from "./roster.ts";
import type { Entry } from "./store.ts";

/** A member that is connected to this instance. */
export interface Seated {
  connection: Connection;
  /** Its record, as this instance last wrote it. */
  entry: Entry<MemberRecord>;
}

/** Where a signal or an acknowledgement goes on from here: out of the room's hands, to another instance. */
export interface Onward {
  instanceId: string;
  memberId: string;
  incarnation?: number;
  message: ServerMessage;
}

/** One room as far as it lives on this instance: who of it is connected here, and who is in it at all. */
export class LiveRoom {
  readonly roomId: string;
  readonly roster = new Roster();
  readonly seated = new Map<string, Seated>();
  room: RoomRecord;
  readonly #instanceId: string;

  constructor(room: RoomRecord, instanceId: string) {
    this.room = room;
    this.roomId = room.roomId;
    this.#instanceId = instanceId;
  }

  /** Takes a change to a member in, and tells everyone connected here but that member. */
  apply(change: RosterChange): void {
    for (const message of this.roster.apply(change)) {
      this.broadcast(message, change.memberId);
    }
  }

  /** Sends to everyone connected here, but for one. */
  broadcast(message: ServerMessage, except?: string): void {
    const text = JSON.stringify(message);
    for (const [memberId, { connection }] of this.seated) {
      if (memberId !== except) connection.sendText(text);
    }
  }

  /** Gives a message to a member connected here, if that is still the incarnation that it is meant for. */
  deliver(
    memberId: string,
    incarnation: number | undefined,
    message: ServerMessage,
  ): void {
    const seated = this.seated.get(memberId);
    if (!seated) return;
    if (
      incarnation !== undefined &&
      incarnation !== seated.entry.value.incarnation
    ) return;
    seated.connection.send(message);
  }

  /**
   * Sends a message to one member: directly if it is connected here. What comes back is to be sent on to another instance.
   *
   * For a member that is away nothing is kept: the sender's client keeps it, and sends it again when it sees `back`.
   *
   * @throws {ProtocolError} `no-such-member`.
   */
  route(
    memberId: string,
    incarnation: number | undefined,
    message: ServerMessage,
  ): Onward | undefined {
    if (this.seated.has(memberId)) {
      this.deliver(memberId, incarnation, message);
      return;
    }
    const record = this.roster.get(memberId);
    if (!record || record.state === "joined") {
      throw new ProtocolError("no-such-member");
    }
    if (record.state === "away" || record.instanceId === this.#instanceId) {
      return;
    }
    return { instanceId: record.instanceId, memberId, incarnation, message };
  }

  /** Tells everyone connected here what the room is now. */
  changed(room: RoomRecord): void {
    this.room = room;
    this.broadcast({ type: "room", room: publicRoom(room) });
  }
}

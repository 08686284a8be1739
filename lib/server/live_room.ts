import { ProtocolError } from "../protocol/errors.ts";
import type { ServerMessage } from "../protocol/messages.ts";
import type { Connection } from "./connection.ts";
import type { MemberRecord } from "./member_record.ts";
import { publicRoom, type RoomRecord } from "./rooms.ts";
import { Roster, type RosterChange } from "./roster.ts";
import type { Versioned } from "./store.ts";

/** A member that is connected to this instance. */
export interface Seated {
  connection: Connection;
  /** Its record, as this instance last wrote it. */
  entry: Versioned<MemberRecord>;
  /** When it gets a new token, in milliseconds since 1970. */
  renewAt: number;
}

/** Whom a message is meant for: a member, or only one life of its page, or only one connection of it. */
export interface Recipient {
  memberId: string;
  incarnation?: number;
  generation?: number;
}

/** Where a message goes on from here: out of the room's hands, to another instance. */
export interface Onward {
  instanceId: string;
  to: Recipient[];
  message: ServerMessage;
}

/** One room as far as it lives on this instance: who of it is connected here, and who is in it at all. */
export class LiveRoom {
  readonly roomId: string;
  readonly roster = new Roster();
  readonly seated = new Map<string, Seated>();
  room: RoomRecord;
  /** Whether anybody connected here has sent a signal that it will not send again: who was on the way then has missed it. */
  hasUnnumbered = false;
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

  /** Gives a message to members connected here, as far as they are still whom it is meant for. `text`: the message as JSON. */
  deliver(
    to: readonly Recipient[],
    message: ServerMessage,
    text = JSON.stringify(message),
  ): void {
    for (const { memberId, incarnation, generation } of to) {
      const seated = this.seated.get(memberId);
      if (!seated) continue;
      const { value } = seated.entry;
      if ((incarnation ?? value.incarnation) !== value.incarnation) continue;
      if ((generation ?? value.generation) !== value.generation) continue;
      seated.connection.sendText(text);
    }
  }

  /**
   * Sends a message to one member: directly if it is connected here. What comes back is to be sent on to another instance.
   *
   * For a member that is away nothing is kept: the sender's client keeps it, and sends it again when it sees `back`.
   *
   * @param text the message as JSON, if it is at hand.
   * @throws {ProtocolError} `no-such-member`.
   */
  route(
    memberId: string,
    incarnation: number | undefined,
    message: ServerMessage,
    text?: string,
  ): Onward | undefined {
    if (this.seated.has(memberId)) {
      this.deliver([{ memberId, incarnation }], message, text);
      return;
    }
    const record = this.roster.get(memberId);
    if (!record || record.state === "joined") {
      throw new ProtocolError("no-such-member");
    }
    if (record.state === "away" || record.instanceId === this.#instanceId) {
      return;
    }
    const { instanceId, generation } = record;
    // What comes late must not come to a connection that has had something newer by another way; numbered signals are sorted by who gets them.
    const fence = message.type === "signal" && message.id === undefined;
    const recipient = { memberId, incarnation, ...fence && { generation } };
    return { instanceId, to: [recipient], message };
  }

  /** Sends a signal without a number to everyone but its sender. What comes back is to be sent on to other instances. */
  spread(message: ServerMessage, except: string): Onward[] {
    this.broadcast(message, except);
    const others = new Map<string, Onward>();
    for (const record of this.roster.connected()) {
      const { instanceId, memberId, generation } = record;
      if (instanceId === this.#instanceId || memberId === except) continue;
      const onward = others.get(instanceId) ?? { instanceId, to: [], message };
      others.set(instanceId, onward);
      onward.to.push({ memberId, generation });
    }
    return [...others.values()];
  }

  /** Tells everyone connected here what the room is now, unless they know something newer. */
  changed(room: RoomRecord): void {
    if (room.revision <= this.room.revision) return;
    this.room = room;
    this.broadcast({ type: "room", room: publicRoom(room) });
  }
}

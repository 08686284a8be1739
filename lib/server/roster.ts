import type {
  PeerInfo,
  ServerMessage,
  TrackKind,
} from "../protocol/messages.ts";
import {
  type LeaveReason,
  type MemberRecord,
  peerInfo,
} from "./member_record.ts";
import type { Versioned } from "./store.ts";

/** What became of a member, as instances tell each other. `record` is null when the seat has ended. */
export interface RosterChange {
  roomId: string;
  memberId: string;
  record: MemberRecord | null;
  /** Of the commit: it orders all changes to one member, whichever way they come. */
  versionstamp: string;
  reason?: LeaveReason;
}

/** What is to be told about a record that was read or written. */
export function changeTo(
  { value, versionstamp }: Versioned<MemberRecord>,
): RosterChange {
  return {
    roomId: value.roomId,
    memberId: value.memberId,
    record: value,
    versionstamp,
  };
}

/** The end of a seat that was seen to be gone: its version is unknown, and just above the last one known. */
export function endOf(
  roomId: string,
  memberId: string,
  versionstamp: string,
): RosterChange {
  return { roomId, memberId, record: null, versionstamp: `${versionstamp}~` };
}

/** Seats that have ended and are remembered. */
const MAX_ENDED = 64;

const TRACK_KINDS: readonly TrackKind[] = ["audio", "video", "screen"];

/** Whether the others are shown this member: not one that has only taken a seat. */
function isVisible(
  record: MemberRecord | null | undefined,
): record is MemberRecord {
  return record !== null && record !== undefined && record.state !== "joined";
}

/** What the others are told when a member's record changes from one state to another. */
export function rosterMessages(
  before: MemberRecord | null,
  after: MemberRecord | null,
  reason: LeaveReason = "timeout",
): ServerMessage[] {
  if (!isVisible(after)) {
    if (!isVisible(before)) return [];
    const from = before.memberId;
    return [{ type: "leave", from, data: { participant_id: from }, reason }];
  }
  const from = after.memberId;
  const peer = peerInfo(after);
  if (!isVisible(before)) {
    return [{
      type: "join",
      from,
      data: { participant_id: from, participant_name: after.name },
      peer,
    }];
  }
  const messages: ServerMessage[] = [];
  if (after.generation !== before.generation) {
    messages.push({ type: "back", from, incarnation: after.incarnation, peer });
  }
  for (const kind of TRACK_KINDS) {
    const enabled = after.tracks[kind] ?? false;
    if (enabled !== (before.tracks[kind] ?? false)) {
      messages.push({ type: "track-state", from, kind, enabled });
    }
  }
  if (JSON.stringify(after.presence) !== JSON.stringify(before.presence)) {
    messages.push({ type: "presence", from, ...after.presence });
  }
  const session = after.cloudflareSession;
  if (
    session &&
    JSON.stringify(session) !== JSON.stringify(before.cloudflareSession)
  ) {
    messages.push({ type: "cloudflare-session", from, ...session });
  }
  if (
    after.state === "away" &&
    (before.state !== "away" || messages[0]?.type === "back")
  ) {
    messages.push({ type: "away", from });
  }
  return messages;
}

/**
 * Who is in a room, as one instance knows it: a view of the records in Deno KV, kept true by the changes that instances tell each other
 * and by reading the records again. Changes may come late, twice or out of order; the versionstamp decides.
 */
export class Roster {
  readonly #members = new Map<
    string,
    { record: MemberRecord | null; versionstamp: string }
  >();

  get(memberId: string): MemberRecord | null {
    return this.#members.get(memberId)?.record ?? null;
  }

  /** Members that the others are shown. */
  peers(): PeerInfo[] {
    return this.#records().filter(isVisible).map(peerInfo);
  }

  /** Everyone who is connected, here or to another instance. */
  connected(): MemberRecord[] {
    return this.#records().filter(({ state }) => state === "here");
  }

  /** The instances that have a connection of somebody in this room. */
  instances(): Set<string> {
    return new Set(this.connected().map(({ instanceId }) => instanceId));
  }

  /** Everyone who has a seat, and the version of that. */
  versions(): Map<string, string> {
    return new Map(
      [...this.#members].filter(([, { record }]) => record !== null)
        .map(([memberId, { versionstamp }]) => [memberId, versionstamp]),
    );
  }

  /** Takes a change in, and returns what the others are to be told; nothing when something newer is known. */
  apply(
    { memberId, record, versionstamp, reason }: RosterChange,
  ): ServerMessage[] {
    const known = this.#members.get(memberId);
    if (known && known.versionstamp >= versionstamp) return [];
    this.#members.delete(memberId);
    this.#members.set(memberId, { record, versionstamp });
    if (record === null) this.#forget();
    return rosterMessages(known?.record ?? null, record, reason);
  }

  #records(): MemberRecord[] {
    return [...this.#members.values()].flatMap(({ record }) =>
      record ? [record] : []
    );
  }

  /** Of a seat that has ended its version stays a while, so that a change from before that comes late is known as old. */
  #forget(): void {
    const ended = [...this.#members].filter(([, { record }]) =>
      record === null
    );
    for (const [memberId] of ended.slice(0, -MAX_ENDED)) {
      this.#members.delete(memberId);
    }
  }
}

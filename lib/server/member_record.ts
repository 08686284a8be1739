import type {
  CloudflareSession,
  PeerInfo,
  Presence,
  Role,
  Tracks,
} from "../protocol/messages.ts";

/** A member and its seat, as kept in Deno KV. Whoever has a record has a seat: seats are counted from the records, so none can leak. */
export interface MemberRecord {
  roomId: string;
  memberId: string;
  name: string;
  role: Role;
  /** `joined`: has taken a seat and never connected. `away`: was connected and is not now. */
  state: "joined" | "here" | "away";
  /** The life of the member's page; 0 before the first. */
  incarnation: number;
  /** The life that the page had before, if it had one and its seat ended: until it is welcomed in the new life it asks for that one. */
  formerly?: number;
  /** Grows with every connection. It fences: an instance may change a record only while it holds the current generation. */
  generation: number;
  /** The instance that looks after this seat: has the connection, or runs the clock that will end the seat. */
  instanceId: string;
  /** When `state` began, in milliseconds since 1970 by that instance's calendar. */
  since: number;
  tracks: Tracks;
  presence: Presence;
  cloudflareSession?: CloudflareSession;
}

/** What remains of a seat that has ended, for as long as the member may still return. */
export interface EndedRecord {
  name: string;
  role: Role;
  incarnation: number;
  formerly?: number;
  generation: number;
  /** When the member went away. */
  since: number;
}

/** Why a seat ended. */
export type LeaveReason = "left" | "timeout" | "removed";

/** What a member says of itself that is kept for newcomers. */
export type MemberState = Partial<
  Pick<MemberRecord, "tracks" | "presence" | "cloudflareSession">
>;

/** What a newcomer asks for. */
export interface SeatRequest {
  name: string;
  role: Role;
  /** Of an earlier seat in this room, to have it again. */
  memberId?: string;
}

/** A member as the others see it. */
export function peerInfo(record: MemberRecord): PeerInfo {
  const {
    memberId,
    name,
    role,
    incarnation,
    tracks,
    presence,
    cloudflareSession,
  } = record;
  const state = record.state === "away" ? "away" : "here";
  return {
    memberId,
    name,
    role,
    incarnation,
    state,
    tracks,
    presence,
    cloudflareSession,
  };
}

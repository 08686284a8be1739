/** What a call shows of itself: immutable snapshots, from which a page is drawn. */
import type { CloseReason } from "../protocol/errors.ts";
import type { Role } from "../protocol/messages.ts";
import type { Room } from "../protocol/room.ts";
import type { ClientError } from "./errors.ts";

/** Why a call is over. `unknown`: the server gave a reason that this version does not know. */
export type EndReason = CloseReason | "unknown";

export type CallState =
  /** From the start until the server has welcomed this member. `retryAt`: as below, when a first attempt has failed. */
  | { phase: "joining"; retryAt?: number }
  /**
   * In the room. `reconnecting`: the server cannot be reached just now; sound and picture go on. `retryAt`: when the next attempt is
   * made, in milliseconds since 1970; absent while one is under way.
   */
  | {
    phase: "live";
    signaling: "connected" | "reconnecting";
    retryAt?: number;
  }
  /** Over for good. `left` is our own doing; for the others see `docs/protocol.md` section 8. */
  | { phase: "ended"; reason: EndReason }
  /** The room could not be joined. `start` may be called again. */
  | { phase: "failed"; error: ClientError };

/** One person in the room. Never changed; a new object stands for a new state, the same object for an unchanged one. */
export interface Participant {
  memberId: string;
  name: string;
  role: Role;
  isLocal: boolean;
  /** Whether the server has a connection to that member. Its sound and picture may go on while it is away. */
  presence: "here" | "away";
  /**
   * The path of sound and picture to that member: `connecting` for the first time; `connected`; `reconnecting` after a loss; `failed`
   * when no path was found in 15 s, or a whole new connection brought none either (it is tried on and on). Always `connected` for the local one.
   */
  connection: "connecting" | "connected" | "reconnecting" | "failed";
  microphoneOn: boolean;
  cameraOn: boolean;
  handRaised: boolean;
  /** The sound to play: the same object while it is the same sound. Always null for the local one. */
  audio: MediaStream | null;
  /** The picture to show; null while the camera is off. The same object while it is the same picture. */
  video: MediaStream | null;
}

export interface ChatMessage {
  /** Unique in this call. */
  id: string;
  memberId: string;
  /** Of the sender, when it was sent. */
  name: string;
  /** As it was typed. Show it as text, never as HTML. */
  text: string;
  /** By the sender's clock, in milliseconds since 1970. */
  sentAt: number;
  isLocal: boolean;
  /** `sent`: kept here until everyone has it. `delivered`: everyone who was in the room when it was sent has it, or has left. */
  delivery: "sent" | "delivered";
}

/** A call at one moment. */
export interface CallView {
  state: CallState;
  room: Room | null;
  me: Participant | null;
  /** The others, in the order in which they came. `me` is not among them. */
  participants: readonly Participant[];
  /** In the order of their arrival here. */
  messages: readonly ChatMessage[];
  /** The member's token, renewed now and then. Kept in sessionStorage it brings the same member back after a reload. */
  token: string | null;
  /** When the call became live for the first time, in milliseconds since 1970. */
  startedAt: number | null;
}

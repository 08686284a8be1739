/** What a call shows of itself: immutable snapshots, from which a page is drawn. */
import type { CloseReason } from "../../protocol/errors.ts";
import type { Role, TrackKind } from "../../protocol/messages.ts";
import type { Room } from "../../protocol/room.ts";
import type { ClientError } from "../errors.ts";
import type { Quality } from "../mesh/quality.ts";

/** Why a call is over. `unknown`: the server gave a reason that this version does not know. */
export type EndReason = CloseReason | "unknown";

/** How a call goes. */
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
  /** Given by the server; the same through reconnects and reloads. */
  memberId: string;
  /** As they called themselves, 1 to 64 characters. Show it as text, never as HTML. */
  name: string;
  /** What they may do. */
  role: Role;
  /** Whether it is this page's own person. */
  isLocal: boolean;
  /** Whether the server has a connection to that member. Its sound and picture may go on while it is away. */
  presence: "here" | "away";
  /**
   * The path of sound and picture to that member: `connecting` for the first time; `connected`; `reconnecting` after a loss; `failed`
   * when no path was found in 15 s, or a whole new connection brought none either (it is tried on and on). Always `connected` for the local one.
   */
  connection: "connecting" | "connected" | "reconnecting" | "failed";
  /** As that person's page says. */
  microphoneOn: boolean;
  /** Likewise. */
  cameraOn: boolean;
  /** Likewise. */
  screenOn: boolean;
  /** Likewise. */
  handRaised: boolean;
  /** The sound to play: the same object while it is the same sound. Always null for the local one. */
  audio: MediaStream | null;
  /** The picture to show; null while the camera is off. The same object while it is the same picture. */
  video: MediaStream | null;
  /** The shared screen's picture; null while nothing is shared. The same object while it is the same picture. */
  screen: MediaStream | null;
  /** The shared screen's sound, to play; null without one. Always null for the local one. */
  screenAudio: MediaStream | null;
  /** That member's page has stopped sending the camera here, so that a thin line carries the sound: `video` stands still. Not for the local one. */
  videoPaused: boolean;
  /** Likewise of the screen, which goes last. */
  screenPaused: boolean;
  /** Of the path to that member, about every 2 s; null for the first 4 s, while there is no path, and for the local one. */
  quality: Quality | null;
}

/** One message of the chat. Never changed; a new object stands for a new state. */
export interface ChatMessage {
  /** Unique in this call. */
  id: string;
  /** Who wrote it. */
  memberId: string;
  /** The only member who gets it; null: everyone. */
  to: string | null;
  /** Of `to`, when this page sent it; else null. */
  toName: string | null;
  /** Of the sender, when it was sent. */
  name: string;
  /** As it was typed. Show it as text, never as HTML. */
  text: string;
  /** By the sender's clock, in milliseconds since 1970. */
  sentAt: number;
  /** Said by this page, or by an earlier page of this member. */
  isLocal: boolean;
  /** Said before this page was there to hear it, and told by another member later. */
  history: boolean;
  /**
   * Its author's own page has said or told it. If not, another member passes it on, and nobody vouches that the author has ever said it;
   * so it is with what those said who have left, and with what this member said before its page was reloaded.
   */
  isFirsthand: boolean;
  /** Of this page's own messages: null for others. */
  delivery: Delivery | null;
}

/** How far a message has got. */
export interface Delivery {
  /** Members who have it. */
  got: number;
  /** Members who were in the room when it was sent, without those who have left before they got it. It is kept for those who have not. */
  of: number;
}

/** Something of this person's that others have switched off: a host asked for it, or the room no longer allows it. */
export interface Stopped {
  /** What it was. */
  kind: TrackKind;
  /** A host asked for it, or the room does not allow it any more. */
  by: "host" | "room";
}

/** A call at one moment. */
export interface CallView {
  /** How it goes. */
  state: CallState;
  /** Null before the first welcome. */
  room: Room | null;
  /** This person; null before the first welcome. */
  me: Participant | null;
  /** The others, in the order in which they came. `me` is not among them. */
  participants: readonly Participant[];
  /** In an order that is the same on every page: that of their sending, as far as pages had heard of each other. At most the last 1,000. */
  messages: readonly ChatMessage[];
  /** What others have switched off here, until it is on or allowed again, or `dismissStopped`. */
  stopped: readonly Stopped[];
  /** The member's token, renewed now and then. Kept in sessionStorage it brings the same member back after a reload. */
  token: string | null;
  /** The room's host token, which the server renews now and then: keep it in place of the last. Null without one, and once it was refused. */
  hostToken: string | null;
  /** When the call became live for the first time, in milliseconds since 1970. */
  startedAt: number | null;
}

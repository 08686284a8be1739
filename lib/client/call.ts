/** A call from the first click to the last: the face of this library. */
import type { TrackKind } from "../protocol/messages.ts";
import type { CallView } from "./call_view.ts";
import type { LocalMedia } from "./local_media.ts";
import type { Platform } from "./platform.ts";

export interface CallOptions {
  /** The room's id or slug. */
  room: string;
  /** The name to show to the others, 1 to 64 characters. */
  name: string;
  /** Where the room wants one. */
  pin?: string;
  /** From the room's creation: whoever joins with it is a host. */
  hostToken?: string;
  /** `view.token` of an earlier life of this page (sessionStorage), to keep the member through a reload. */
  token?: string;
  /** Owned by the caller: the call switches it but does not close it. */
  media: LocalMedia;
  /** Origin of the service. Default: `location.origin`. */
  baseUrl?: string;
  /** In place of the browser's own. */
  platform?: Partial<Platform>;
}

/** One person's part in one call. */
export class Call {
  constructor(_options: CallOptions) {
    throw new Error("soon");
  }

  /** What there is to show now. Never changed; a new object after every change. */
  get view(): CallView {
    throw new Error("soon");
  }

  /** Calls `listener` after changes, once for all changes of one turn of the event loop. The function that comes back ends that. */
  subscribe(_listener: (view: CallView) => void): () => void {
    throw new Error("soon");
  }

  /**
   * Joins and connects. Resolves once the call is live, has failed or has ended. Never rejects: failures are in `view.state`. After
   * `failed` it may be called again.
   */
  start(): Promise<void> {
    throw new Error("soon");
  }

  /** Opens, unmutes or mutes the microphone. Never rejects: the outcome is in the media's view. */
  setMicrophone(_on: boolean): Promise<void> {
    throw new Error("soon");
  }

  /** Opens or closes the camera. Never rejects: the outcome is in the media's view. */
  setCamera(_on: boolean): Promise<void> {
    throw new Error("soon");
  }

  /** Raises this person's hand, or takes it down. */
  setHandRaised(_raised: boolean): void {
    throw new Error("soon");
  }

  /**
   * Sends text to everyone in the room, exactly once and in order, kept until they can be reached.
   *
   * @throws {ProtocolError} `invalid-message` when it is blank or over 4,000 characters.
   */
  sendChat(_text: string): void {
    throw new Error("soon");
  }

  /** Host: asks a member to switch something off. */
  muteMember(_memberId: string, _kind: TrackKind): void {
    throw new Error("soon");
  }

  /** Host: ends a member's seat. */
  removeMember(_memberId: string): void {
    throw new Error("soon");
  }

  /** Host: nobody new may join while the room is locked. */
  lockRoom(_locked: boolean): void {
    throw new Error("soon");
  }

  /** Host: closes the room for everyone. */
  endRoom(): void {
    throw new Error("soon");
  }

  /** Gives the seat back and closes everything but the media. Resolves within 1 s. A page that is only reloaded does not call it. */
  leave(): Promise<void> {
    throw new Error("soon");
  }
}

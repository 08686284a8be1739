/** What a `MediaService` is made with. */
import type { EndReason, Participant } from "../call/call_view.ts";
import type { ClientError } from "../errors.ts";
import type { LocalMedia, LocalMediaOptions } from "../media/local_media.ts";
import type { PlaybackOptions } from "../media/playback.ts";
import type { Platform } from "../platform.ts";
import type { MediaServiceError } from "./media_service_error.ts";

/** All of it optional. */
export interface MediaServiceOptions extends
  Pick<
    LocalMediaOptions,
    "mediaDevices" | "audioConstraints" | "videoConstraints"
  >,
  Pick<PlaybackOptions, "masterVolume" | "speakerId" | "createElement"> {
  /** Origin of the service, such as `https://call.example`. Default: the page's own. A service of another site must allow this one (its `CORS_ORIGIN`). */
  baseUrl?: string;
  /** Microphone, camera and screen that are the caller's: used, but not closed. Default: own ones, closed by `close`. */
  media?: LocalMedia;
  /** Somebody has come, or something about them has changed: their picture, their name, their connection. Their sound plays by itself. */
  onPeer?(peer: Participant): void;
  /** Somebody's seat has ended. Once. */
  onPeerLeft?(memberId: string): void;
  /** Something of `getState` but `inputLevel`, `quality` and `peers` has changed. */
  onStateChange?(): void;
  /** After every change of `getConnectionState`, with its new value; `closed` when a room was left, by whichever side. */
  onConnectionStateChange?(state: RTCPeerConnectionState): void;
  /** Why a room was left: `left` by this end, else by the server's or a host's will. Once per room that was joined. */
  onEnd?(reason: EndReason): void;
  /** What fails without a call of yours that could reject: a device that was lost; a server that cannot be reached for joining, which is tried on and on. */
  onError?(error: MediaServiceError | ClientError): void;
  /** In place of the browser's own. */
  platform?: Partial<Platform>;
}

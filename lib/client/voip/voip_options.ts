/** What a `VOIPService` is made with. */
import type { Platform } from "../platform.ts";
import type { PairChannel, SignalingChannel } from "./signaling_channel.ts";
import type { VOIPError } from "./voip_error.ts";

/** Where no `iceServers` are given. */
export const DEFAULT_ICE_SERVERS: readonly RTCIceServer[] = [
  { urls: "stun:stun.l.google.com:19302" },
];

/** All of it optional. */
export interface VOIPServiceOptions {
  /** STUN and TURN servers. Default: `DEFAULT_ICE_SERVERS`. `[]` for none. */
  iceServers?: readonly RTCIceServer[];
  /** Added to what is asked of the microphone. Default: echo cancellation, noise suppression and automatic gain, all on. */
  audioConstraints?: MediaTrackConstraints;
  /**
   * Encryption of the sound on top of DTLS-SRTP (which is always on). This version has none: `true` is refused by the constructor, so that
   * nobody believes to have it.
   */
  enableAppLayerEncryption?: boolean;
  /** From which the keys of that encryption are derived. Of no use without `enableAppLayerEncryption`. */
  encryptionToken?: string;
  /**
   * With a channel to the other end the service negotiates by itself, mends what breaks, and has no use for offers, answers and candidates
   * of yours. A room's channel (`VoiceRoom.channelTo`) also works with the call page of the other. Without one you carry them.
   */
  signaling?: SignalingChannel | PairChannel;
  /**
   * The other's sound, to be played; `userId` is that of `createConnection`. Once when the connection is made, and again with another
   * stream when it had to be built anew.
   */
  onAudioStream?(stream: MediaStream, userId: string): void;
  /** A candidate of this end, for the other's `addIceCandidate`. Many per offer or answer; they may be ignored, for both hold all that were found in time. Never with `signaling`. */
  onIceCandidate?(candidate: RTCIceCandidateInit): void;
  /** After every change of `getConnectionState`, with its new value while there is a connection. */
  onConnectionStateChange?(state: RTCPeerConnectionState): void;
  /** What fails without a call of yours that could reject: a microphone that was lost, a connection that failed. */
  onError?(error: VOIPError): void;
  /** For the level meter, to share one context among many. Default: one of its own while the microphone is on. */
  audioContext?: AudioContext;
  /** In place of `navigator.mediaDevices`. */
  mediaDevices?: Pick<MediaDevices, "getUserMedia">;
  /** In place of the browser's own. */
  platform?: Partial<Platform>;
}

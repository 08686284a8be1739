/** A voice connection with one other person, whoever negotiates it. */
import type { Quality } from "../mesh/quality.ts";

export interface VoiceConnection {
  readonly state: RTCPeerConnectionState;
  /** 0 (not connected) to 100. */
  readonly quality: number;
  /** The other's sound; null before there is a connection for it. The same object while it is the same sound. */
  readonly audio: MediaStream | null;
  /** Sends another track, or none, without a new offer. */
  setTrack(track: MediaStreamTrack | null): void;
  /** Ends it. Nothing more is told. The track that was sent goes on. */
  close(): void;
}

/** By the ICE connection state (W3C WebRTC 5.6.4) or by the state of the whole connection. */
const BY_STATE: Readonly<
  Record<RTCIceConnectionState | RTCPeerConnectionState, number>
> = {
  new: 0,
  checking: 50,
  connecting: 50,
  connected: 100,
  completed: 100,
  disconnected: 0,
  failed: 0,
  closed: 0,
};

/** How good a connection is, from 0 (none) to 100: as it was measured while there is one, else by its state. */
export function qualityOf(
  state: RTCIceConnectionState | RTCPeerConnectionState,
  measured: Quality | null,
): number {
  const byState = BY_STATE[state];
  return byState === 100 ? measured?.score ?? byState : byState;
}

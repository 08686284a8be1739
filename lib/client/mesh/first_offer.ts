/** An offer that a page has made before this library was there, while the rest of the page was still on its way. */
import type { PeerSignal } from "./peer_signal.ts";

/**
 * To one life of one member. It is of the microphone alone, `sendrecv` and without a track: a description of all four takes both ends
 * longer. The others follow in the next offer.
 */
export interface FirstOffer {
  memberId: string;
  incarnation: number;
  pc: RTCPeerConnection;
  channel: RTCDataChannel;
  /** The offer is set as the local description, and the first of `signals`. */
  made: Promise<void>;
  /** The offer and the candidates that were found, in order. Whoever takes it up tells the other all of them: what was told is dropped there. */
  signals: PeerSignal[];
  /** Whether the answer could be set. Absent: none has come. Whoever takes it up is told the answer once more. */
  answered?: Promise<boolean>;
  /** What has come over the channel. */
  messages: string[];
}

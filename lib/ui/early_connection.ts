/**
 * Connecting before the page's modules are there. Its very first script makes a peer connection ready while the seat is asked for, opens the
 * socket, sends the first offer, of the microphone alone, takes the answer, and plays the first voice; `lib/ui/head_start.ts` hands over to the
 * client library, which says and hears it all again, and offers the rest.
 */
import type { JoinedRoom } from "@/lib/client/api.ts";
import { nameCodecs } from "@/lib/client/mesh/codecs.ts";
import type { FirstOffer } from "@/lib/client/mesh/first_offer.ts";
import { MEDIA } from "@/lib/client/mesh/negotiation.ts";
import { withOpusWishes } from "@/lib/client/mesh/opus.ts";
import type { PeerSignal } from "@/lib/client/mesh/peer_signal.ts";
import type { ServerMessage } from "@/lib/protocol/messages.ts";
import {
  SUBPROTOCOLS,
  TOKEN_SUBPROTOCOL_PREFIX,
} from "@/lib/protocol/limits.ts";

/** What a page has begun before its modules were there. */
export interface EarlyConnection {
  /** Opened with the token of the seat. */
  socket?: WebSocket;
  /** Frames that have come over it. */
  frames: string[];
  /** Where there is somebody to call. */
  offer?: FirstOffer;
  /** Where the voice of whoever answers is to be heard, if at once. */
  sound?: HTMLAudioElement;
  /** Resolves when nothing more is to be begun: the answer is set, there is nobody to call, or it could not be done. */
  settled?: Promise<void>;
}

/**
 * Source of a function that takes the request for a seat and an empty `EarlyConnection`, and gives the request's answer: by then there is in
 * the `EarlyConnection` what could be begun.
 */
export function earlyConnectionSource(): string {
  const { kind } = MEDIA[0];
  const subprotocols = JSON.stringify(SUBPROTOCOLS);
  const prefix = JSON.stringify(TOKEN_SUBPROTOCOL_PREFIX);
  return `(${connectEarly})("${kind}",${subprotocols},${prefix},${nameCodecs},${withOpusWishes})`;
}

/** Its source is put into the page: it must not use anything of this module. What fails here is left to the library, which tries again. */
function connectEarly(
  kind: string,
  subprotocols: readonly string[],
  tokenPrefix: string,
  nameCodecs: (transceiver: RTCRtpTransceiver) => void,
  withOpusWishes: (sdp: string) => string,
) {
  const bundlePolicy = "max-bundle";

  return async (request: Promise<Response>, early: EarlyConnection) => {
    let pc: RTCPeerConnection | undefined;
    let settle = () => {};
    early.settled = new Promise((resolve) => settle = resolve);
    try {
      pc = new RTCPeerConnection({ bundlePolicy });
      const channel = pc.createDataChannel("ringdown", {
        negotiated: true,
        id: 0,
      });
      nameCodecs(pc.addTransceiver(kind));
      const response = await request;
      if (response.ok) {
        const joined = await response.clone().json();
        begin(joined, pc, channel, early, settle);
      }
    } catch {
      // As if nothing had been begun.
    }
    if (early.offer === undefined) {
      pc?.close();
      settle();
    }
    return await request;
  };

  function begin(
    { token, room, peers, iceServers }: JoinedRoom,
    pc: RTCPeerConnection,
    channel: RTCDataChannel,
    early: EarlyConnection,
    settle: () => void,
  ): void {
    const url = `${location.origin.replace("http", "ws")}/ws`;
    const socket = new WebSocket(url, [...subprotocols, tokenPrefix + token]);
    socket.onmessage = ({ data }) => early.frames.push(data);
    early.socket = socket;
    const peer = peers.find(({ state, role }) =>
      state === "here" && role !== "listener"
    );
    if (peer === undefined || !room.media.audio) return;
    const { memberId, incarnation } = peer;
    const signals: PeerSignal[] = [];
    const send = (data: PeerSignal, i: number) => {
      if (socket.readyState !== WebSocket.OPEN) return;
      const to = { to: memberId, toIncarnation: incarnation };
      const frame = { type: "signal", ...to, id: i + 1, data };
      socket.send(JSON.stringify(frame));
    };
    const tell = (signal: PeerSignal) => {
      send(signal, signals.push(signal) - 1);
    };
    socket.onopen = () => signals.forEach(send);
    pc.onicecandidate = ({ candidate }) => {
      if (candidate === null) return;
      tell({ connection: 1, candidates: [candidate.toJSON()] });
    };
    pc.setConfiguration({ iceServers, bundlePolicy });
    const made = pc.setLocalDescription().then(() => {
      const sdp = withOpusWishes(pc.localDescription!.sdp);
      tell({ connection: 1, description: { type: "offer", sdp } });
    });
    made.catch(settle); // Told to whom takes it up.
    const messages: string[] = [];
    channel.onmessage = ({ data }) => messages.push(data);
    const life = { memberId, incarnation };
    const offer: FirstOffer = { ...life, pc, channel, made, signals, messages };
    early.offer = offer;
    // Browsers take sound in only while it is played, and need a while to begin.
    if (early.sound !== undefined) {
      const [{ receiver }] = pc.getTransceivers();
      early.sound.srcObject = new MediaStream([receiver.track]);
      early.sound.play().catch(() => {}); // The library tries again, and tells.
    }
    socket.onclose = settle;
    socket.onmessage = ({ data }) => {
      early.frames.push(data);
      hear(JSON.parse(data), offer);
      offer.answered?.then(settle);
    };
  }

  /** Takes the answer, and candidates after it, from whom the offer was made to. */
  function hear(message: ServerMessage, offer: FirstOffer): void {
    if (message.type !== "signal") return;
    const { from, incarnation } = message;
    if (from !== offer.memberId || incarnation !== offer.incarnation) return;
    const { connection, description, candidates } =
      // deno-lint-ignore no-explicit-any -- the connection refuses what is no answer or candidate, and the library looks again.
      (message.data ?? {}) as any;
    if (connection !== 1) return;
    const { pc } = offer;
    if (offer.answered !== undefined) {
      if (!Array.isArray(candidates)) return;
      for (const candidate of candidates) {
        pc.addIceCandidate(candidate).catch(() => {});
      }
    } else if (description?.type === "answer") {
      offer.answered = pc.setRemoteDescription(description)
        .then(() => true, () => false);
    }
  }
}

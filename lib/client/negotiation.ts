/** One RTCPeerConnection and the perfect negotiation that sets it up. W3C WebRTC 10.7; transceivers and channel as in `docs/protocol.md` 11. */
import type { Clock } from "../protocol/clock.ts";
import type { Description } from "./peer_signal.ts";

/** The fixed transceivers, in the order of their m-lines. New ones go to the end. */
export const MEDIA = [
  { name: "microphone", kind: "audio" },
  { name: "camera", kind: "video" },
] as const;
export type MediaName = typeof MEDIA[number]["name"];

/** One track, or none, per transceiver. */
export type MediaTracks = Record<MediaName, MediaStreamTrack | null>;

export const NO_TRACKS: MediaTracks = { microphone: null, camera: null };

/** Candidates that come together travel together. The first ones, which matter most, hardly wait. */
const FIRST_BATCH_MS = 4;
const BATCH_MS = 20;

/** Every line of a description that names a DTLS role. */
const SETUP = /a=setup:\w+/g;

export interface NegotiationOptions {
  RTCPeerConnection: typeof RTCPeerConnection;
  configuration: RTCConfiguration;
  clock: Clock;
  /** On a collision of offers the polite side takes its own back. */
  polite: boolean;
  /** What to send, now. */
  tracks: MediaTracks;
  sendDescription(description: Description): void;
  sendCandidates(candidates: RTCIceCandidateInit[]): void;
  /** The tracks to receive. They are there before anything is heard. Once. */
  onTracks(tracks: MediaTracks): void;
  /** Both descriptions are set. After every offer and answer. */
  onNegotiated(): void;
  onState(state: RTCPeerConnectionState): void;
  /**
   * The polite side's very first offer met another. Transceivers made for an own offer cannot be used for an answer (RFC 8829, 5.10), so
   * this connection is of no use: a new one has to receive that offer.
   */
  onFirstCollision(offer: Description): void;
  /** Something that should not fail did: this connection is of no use. */
  onError(error: unknown): void;
}

export class Negotiation {
  /** Open once connected. */
  readonly channel: RTCDataChannel;
  readonly #options: NegotiationOptions;
  readonly #pc: RTCPeerConnection;
  readonly #senders = new Map<MediaName, RTCRtpSender>();
  readonly #tracks: MediaTracks;
  /** One step of the negotiation at a time: an answer must not be begun while an offer is being made. */
  #queue: Promise<void> = Promise.resolve();
  /** A resident makes no offer of its own before it has got one. */
  #mayOffer = false;
  /** The last offer was ignored, and with it the candidates that follow it. */
  #ignoring = false;
  #isClosed = false;
  /** The other's DTLS role, once it is settled. */
  #otherRole: "active" | "passive" | null = null;
  #early: RTCIceCandidateInit[] = [];
  #batch: RTCIceCandidateInit[] = [];
  #cancelBatch: (() => void) | null = null;
  #batches = 0;

  constructor(options: NegotiationOptions) {
    this.#options = options;
    this.#tracks = { ...options.tracks };
    const pc = new options.RTCPeerConnection(options.configuration);
    this.#pc = pc;
    this.channel = pc.createDataChannel("ringdown", {
      negotiated: true,
      id: 0,
    });
    pc.onnegotiationneeded = () => {
      if (this.#mayOffer) this.#enqueue(() => this.#makeOffer());
    };
    pc.onicecandidate = ({ candidate }) => this.#found(candidate);
    pc.onconnectionstatechange = () => {
      // After `failed` Firefox may say `connected` again, with channels closed for good and no media.
      const isDead = pc.connectionState === "connected" &&
        this.channel.readyState === "closed";
      options.onState(isDead ? "failed" : pc.connectionState);
    };
  }

  /** Makes the first offer. */
  offer(): void {
    if (this.#mayOffer) return;
    this.#mayOffer = true;
    for (const { name, kind } of MEDIA) {
      this.#pc.addTransceiver(this.#tracks[name] ?? kind, {
        direction: "sendrecv",
      });
    }
    this.#adoptTransceivers();
    this.#enqueue(() => this.#makeOffer());
  }

  /** Sends another track, or none, without a new offer. */
  setTrack(name: MediaName, track: MediaStreamTrack | null): void {
    this.#tracks[name] = track;
    this.#senders.get(name)?.replaceTrack(track)
      .catch((error) => this.#failed(error));
  }

  /** Looks for a new path, with a new offer. */
  restartIce(): void {
    this.#pc.restartIce();
  }

  receiveDescription(description: Description): void {
    this.#enqueue(() =>
      description.type === "offer"
        ? this.#receiveOffer(description)
        : this.#receiveAnswer(description)
    );
  }

  receiveCandidates(candidates: RTCIceCandidateInit[]): void {
    this.#enqueue(async () => {
      if (this.#pc.remoteDescription !== null) await this.#add(candidates);
      else if (!this.#ignoring) this.#early.push(...candidates);
    });
  }

  /** Ends it. Nothing more is told. The tracks that were sent go on. */
  close(): void {
    this.#isClosed = true;
    this.#cancelBatch?.();
    const pc = this.#pc;
    pc.onnegotiationneeded = null;
    pc.onicecandidate = null;
    pc.onconnectionstatechange = null;
    this.channel.close();
    pc.close();
  }

  async #makeOffer(): Promise<void> {
    // Not stable: negotiationneeded comes again when it is, if it is still needed then.
    if (this.#pc.signalingState !== "stable") return;
    await this.#describe();
  }

  async #receiveOffer(offer: Description): Promise<void> {
    const pc = this.#pc;
    const collides = pc.signalingState !== "stable";
    this.#ignoring = collides && !this.#options.polite;
    if (this.#ignoring) return;
    if (collides && pc.remoteDescription === null) {
      return this.#options.onFirstCollision(offer);
    }
    await pc.setRemoteDescription(offer); // Takes back an offer of our own (rollback).
    this.#mayOffer = true;
    if (this.#senders.size === 0) this.#adoptTransceivers();
    await this.#describe();
    await this.#negotiated();
  }

  async #receiveAnswer(answer: Description): Promise<void> {
    if (this.#pc.signalingState !== "have-local-offer") return;
    await this.#pc.setRemoteDescription(this.#inRole(answer));
    await this.#negotiated();
  }

  /**
   * An answer with the DTLS role that the other side has had since the first one. Roles do not change without a new association (RFC 8842,
   * 5.5), but Firefox answers every later offer as `active`, and Chromium then refuses the answer.
   */
  #inRole(answer: Description): Description {
    const role = this.#otherRole;
    if (role === null) return answer;
    return { ...answer, sdp: answer.sdp.replace(SETUP, `a=setup:${role}`) };
  }

  /** Makes and sends an offer, or the answer to one. */
  async #describe(): Promise<void> {
    await this.#pc.setLocalDescription();
    const description = this.#pc.localDescription;
    if (this.#isClosed || description === null) return;
    const { type, sdp } = description;
    this.#options.sendDescription({ type: type as "offer" | "answer", sdp });
  }

  async #negotiated(): Promise<void> {
    this.#ignoring = false;
    this.#otherRole ??= otherRole(this.#pc);
    const early = this.#early;
    this.#early = [];
    if (!this.#isClosed) this.#options.onNegotiated();
    await this.#add(early);
  }

  /** Takes the fixed transceivers into use: our own before an offer, those of the offer before an answer. */
  #adoptTransceivers(): void {
    const received = { ...NO_TRACKS };
    const transceivers = this.#pc.getTransceivers();
    MEDIA.forEach(({ name, kind }, i) => {
      const transceiver = transceivers[i];
      if (transceiver?.receiver.track.kind !== kind) return;
      transceiver.direction = "sendrecv";
      this.#senders.set(name, transceiver.sender);
      received[name] = transceiver.receiver.track;
      if (transceiver.sender.track !== this.#tracks[name]) {
        this.setTrack(name, this.#tracks[name]);
      }
    });
    this.#options.onTracks(received);
  }

  /** A candidate that is of no use, such as one of a path that was given up, does no harm to the others. */
  async #add(candidates: RTCIceCandidateInit[]): Promise<void> {
    for (const candidate of candidates) {
      await this.#pc.addIceCandidate(candidate).catch(() => {});
    }
  }

  #found(candidate: RTCIceCandidate | null): void {
    if (candidate === null) return this.#flush();
    this.#batch.push(candidate.toJSON());
    this.#cancelBatch ??= this.#options.clock.after(
      this.#batches++ === 0 ? FIRST_BATCH_MS : BATCH_MS,
      () => this.#flush(),
    );
  }

  #flush(): void {
    this.#cancelBatch?.();
    this.#cancelBatch = null;
    if (this.#batch.length === 0 || this.#isClosed) return;
    this.#options.sendCandidates(this.#batch);
    this.#batch = [];
  }

  #enqueue(step: () => Promise<void>): void {
    this.#queue = this.#queue
      .then(() => this.#isClosed ? undefined : step())
      .catch((error) => this.#failed(error));
  }

  #failed(error: unknown): void {
    if (!this.#isClosed) this.#options.onError(error);
  }
}

/** The other side's DTLS role after the first answer, whoever gave it: the offer had left it open. */
function otherRole(pc: RTCPeerConnection): "active" | "passive" | null {
  const { currentLocalDescription: mine, currentRemoteDescription: theirs } =
    pc;
  const answer = theirs?.type === "answer" ? theirs : mine;
  const role = /a=setup:(active|passive)/.exec(answer?.sdp ?? "")?.[1];
  if (role === undefined) return null;
  return (role === "active") === (answer === theirs) ? "active" : "passive";
}

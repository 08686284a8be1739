/** One RTCPeerConnection and the perfect negotiation that sets it up. W3C WebRTC 10.7; transceivers and channel as in `docs/protocol.md` 11. */
import type { Clock } from "../../protocol/clock.ts";
import { CandidateBatch } from "./candidate_batch.ts";
import { nameCodecs } from "./codecs.ts";
import { type DtlsRole, inRole, otherRole } from "./dtls_role.ts";
import { withOpusWishes } from "./opus.ts";
import type { FirstOffer } from "./first_offer.ts";
import type { Description, PeerSignal } from "./peer_signal.ts";

/** The fixed transceivers, in the order of their m-lines. New ones go to the end. */
export const MEDIA = [
  { name: "microphone", kind: "audio" },
  { name: "camera", kind: "video" },
  { name: "screen", kind: "video" },
  { name: "screenAudio", kind: "audio" },
] as const;
/** What a pair sends each other. */
export type MediaName = typeof MEDIA[number]["name"];

export const ALL_MEDIA: ReadonlySet<MediaName> = new Set(
  MEDIA.map(({ name }) => name),
);

/** One track, or none, per transceiver. */
export type MediaTracks = Record<MediaName, MediaStreamTrack | null>;

/** So long what a first offer leaves out waits for the channel, which may never open. */
const REST_AFTER_MS = 2_000;

export const NO_TRACKS: MediaTracks = {
  microphone: null,
  camera: null,
  screen: null,
  screenAudio: null,
};

export interface NegotiationOptions {
  RTCPeerConnection: typeof RTCPeerConnection;
  configuration: RTCConfiguration;
  clock: Clock;
  /** On a collision of offers the polite side takes its own back. */
  polite: boolean;
  /** What to send, now. */
  tracks: MediaTracks;
  /** What to receive, now. The m-lines of the rest are refused. */
  accepted: ReadonlySet<MediaName>;
  /** To go on with, in place of a new connection. Absent: none was made. */
  firstOffer?: FirstOffer;
  sendDescription(description: Description): void;
  sendCandidates(candidates: RTCIceCandidateInit[]): void;
  /** The tracks to receive, all that there are. They are there before anything is heard. */
  onTracks(tracks: MediaTracks): void;
  /** Both descriptions are set. After every offer and answer. */
  onNegotiated(): void;
  onState(state: RTCPeerConnectionState): void;
  /**
   * The polite side's very first offer met another. Transceivers made for an own offer cannot be used for an answer (RFC 8829, 5.10), so
   * this connection is of no use: a new one has to receive these signals, beginning with that offer.
   */
  onFirstCollision(signals: PeerSignal[]): void;
  /** Something that should not fail did: this connection is of no use. */
  onError(error: unknown): void;
}

export class Negotiation {
  /** Open once connected. */
  readonly channel: RTCDataChannel;
  readonly #options: NegotiationOptions;
  readonly #pc: RTCPeerConnection;
  readonly #transceivers = new Map<MediaName, RTCRtpTransceiver>();
  readonly #tracks: MediaTracks;
  #accepted: ReadonlySet<MediaName>;
  /** What is to be sent waits for the next own description, since an offer of ours was taken back. */
  #holdsTracks = false;
  /** One step of the negotiation at a time: an answer must not be begun while an offer is being made. */
  #queue: Promise<void> = Promise.resolve();
  /** A resident makes no offer of its own before it has got one. */
  #mayOffer = false;
  /** The last offer was ignored, and with it the candidates that follow it. */
  #ignoring = false;
  #isClosed = false;
  /** The other's DTLS role, once it is settled. */
  #otherRole: DtlsRole | null = null;
  /** Signals that wait for their turn. */
  readonly #unread: PeerSignal[] = [];
  /** Candidates that came before any description. */
  #early: RTCIceCandidateInit[] = [];
  readonly #batch: CandidateBatch;
  #cancelRest = () => {};

  constructor(options: NegotiationOptions) {
    this.#options = options;
    this.#tracks = { ...options.tracks };
    this.#accepted = options.accepted;
    const { firstOffer, configuration } = options;
    const pc = firstOffer?.pc ?? new options.RTCPeerConnection(configuration);
    this.#pc = pc;
    this.channel = firstOffer?.channel ??
      pc.createDataChannel("ringdown", { negotiated: true, id: 0 });
    pc.onnegotiationneeded = () => {
      if (this.#mayOffer) this.#enqueue(() => this.#makeOffer());
    };
    this.#batch = new CandidateBatch(options.clock, options.sendCandidates);
    pc.onicecandidate = ({ candidate }) => this.#batch.found(candidate);
    pc.onconnectionstatechange = () => this.#tellState();
  }

  /** Makes the first offer, unless one was made, or came meanwhile. */
  offer(): void {
    this.#enqueue(() => this.#makeFirstOffer());
  }

  /** After a first offer that was made already, and is of the microphone alone: offers the rest, for which the channel is free of charge. */
  offerRest(): void {
    if (this.#options.firstOffer === undefined) return;
    this.#cancelRest();
    this.#enqueue(() => this.#addTransceivers());
  }

  /** Sends another track, or none, without a new offer. */
  setTrack(name: MediaName, track: MediaStreamTrack | null): void {
    this.#tracks[name] = track;
    if (!this.#holdsTracks) this.#giveTrack(name);
  }

  /** Receives that and nothing else. A change needs a new offer, which follows. */
  setAccepted(accepted: ReadonlySet<MediaName>): void {
    this.#accepted = accepted;
    for (const [name, transceiver] of this.#transceivers) {
      direct(transceiver, this.#direction(name));
    }
  }

  /** What sends through that transceiver; undefined before the first offer, and where the other side's offer has none. */
  sender(name: MediaName): RTCRtpSender | undefined {
    return this.#transceivers.get(name)?.sender;
  }

  /** W3C WebRTC Statistics of the whole connection. */
  getStats(): Promise<RTCStatsReport> {
    return this.#pc.getStats();
  }

  /** The other side's description, with its candidates so far. */
  get remoteSdp(): string | undefined {
    return this.#pc.remoteDescription?.sdp;
  }

  /** As of the next ICE restart. The bundle policy stays. */
  setConfiguration(configuration: RTCConfiguration): void {
    this.#pc.setConfiguration(configuration);
  }

  /** Looks for a new path, with a new offer. */
  restartIce(): void {
    this.#pc.restartIce();
  }

  /** A signal from the other side, about this connection. */
  receive(signal: PeerSignal): void {
    this.#unread.push(signal);
    this.#enqueue(() => this.#read(this.#unread.shift()!));
  }

  /** Ends it. Nothing more is told. The tracks that were sent go on. */
  close(): void {
    this.#isClosed = true;
    this.#cancelRest();
    this.#batch.close();
    const pc = this.#pc;
    pc.onnegotiationneeded = null;
    pc.onicecandidate = null;
    pc.onconnectionstatechange = null;
    this.channel.close();
    pc.close();
  }

  async #read(signal: PeerSignal): Promise<void> {
    if ("candidates" in signal) {
      if (this.#pc.remoteDescription !== null) {
        await this.#add(signal.candidates);
      } else if (!this.#ignoring) this.#early.push(...signal.candidates);
    } else if (signal.description.type === "offer") {
      const { signalingState, remoteDescription } = this.#pc;
      const collides = signalingState !== "stable";
      this.#ignoring = collides && !this.#options.polite;
      if (this.#ignoring) return;
      if (collides && remoteDescription === null) {
        return this.#options.onFirstCollision([signal, ...this.#unread]);
      }
      await this.#receiveOffer(signal.description);
    } else await this.#receiveAnswer(signal.description);
  }

  async #makeFirstOffer(): Promise<void> {
    if (this.#mayOffer) return;
    this.#mayOffer = true;
    const { firstOffer } = this.#options;
    if (firstOffer !== undefined) return await this.#takeUp(firstOffer);
    this.#addTransceivers();
    await this.#makeOffer();
  }

  async #takeUp({ made, signals, messages }: FirstOffer): Promise<void> {
    this.#adoptTransceivers();
    // What has happened before anybody listened.
    this.#tellState();
    for (const data of messages.splice(0)) {
      this.channel.onmessage?.(new MessageEvent("message", { data }));
    }
    await made;
    if (this.#isClosed) return;
    const { clock, sendDescription, sendCandidates } = this.#options;
    for (const signal of signals) {
      if ("description" in signal) sendDescription(signal.description);
      else sendCandidates(signal.candidates);
    }
    this.#cancelRest = clock.after(REST_AFTER_MS, () => this.offerRest());
  }

  /** Makes those of the fixed transceivers that are not there, for the next offer. */
  #addTransceivers(): void {
    const missing = MEDIA.slice(this.#pc.getTransceivers().length);
    for (const { name, kind } of missing) {
      const track = this.#tracks[name] ?? kind;
      const direction = this.#direction(name);
      nameCodecs(this.#pc.addTransceiver(track, { direction }));
    }
    this.#adoptTransceivers();
  }

  async #makeOffer(): Promise<void> {
    // Not stable: negotiationneeded comes again when it is, if it is still needed then.
    if (this.#pc.signalingState !== "stable") return;
    await this.#describe();
  }

  async #receiveOffer(offer: Description): Promise<void> {
    // Takes back an offer of our own (rollback).
    if (this.#pc.signalingState !== "stable") this.#holdsTracks = true;
    await this.#pc.setRemoteDescription(offer);
    this.#mayOffer = true;
    if (this.#transceivers.size < MEDIA.length) {
      this.#adoptTransceivers();
      this.#transceivers.forEach(nameCodecs);
    }
    this.#refuseOthers();
    await this.#describe();
    await this.#negotiated();
  }

  async #receiveAnswer(answer: Description): Promise<void> {
    if (!await this.#wasAnswered()) {
      if (this.#pc.signalingState !== "have-local-offer") return;
      await this.#pc.setRemoteDescription(inRole(answer, this.#otherRole));
    }
    await this.#negotiated();
  }

  /** Whether this answer, the first one, was set by whoever has made the offer. */
  async #wasAnswered(): Promise<boolean> {
    const { firstOffer } = this.#options;
    const wasAnswered = await firstOffer?.answered ?? false;
    if (firstOffer !== undefined) firstOffer.answered = undefined;
    return wasAnswered;
  }

  /** Makes and sends an offer, or the answer to one. */
  async #describe(): Promise<void> {
    await this.#pc.setLocalDescription();
    this.#giveHeldTracks();
    const description = this.#pc.localDescription;
    if (this.#isClosed || description === null) return;
    const type = description.type as "offer" | "answer";
    const sdp = withOpusWishes(description.sdp);
    this.#options.sendDescription({ type, sdp });
  }

  async #negotiated(): Promise<void> {
    this.#ignoring = false;
    this.#otherRole ??= otherRole(this.#pc);
    const early = this.#early;
    this.#early = [];
    if (!this.#isClosed) this.#options.onNegotiated();
    await this.#add(early);
  }

  /** Takes the fixed transceivers into use: our own before an offer, those of the offer before an answer. A first offer has fewer, and so has an older page. */
  #adoptTransceivers(): void {
    const received = { ...NO_TRACKS };
    const transceivers = this.#pc.getTransceivers();
    MEDIA.forEach(({ name, kind }, i) => {
      const transceiver = transceivers[i];
      if (transceiver?.receiver.track.kind !== kind) return;
      direct(transceiver, this.#direction(name));
      this.#transceivers.set(name, transceiver);
      received[name] = transceiver.receiver.track;
      if (transceiver.sender.track !== this.#tracks[name]) {
        this.setTrack(name, this.#tracks[name]);
      }
    });
    this.#options.onTracks(received);
  }

  /**
   * Where an offer would have begun to send a picture and was taken back, Chromium 153 forgets what it sent: a track given before the answer
   * is set ends the whole page (`Check failed: source == nullptr`), one given before the offer is not sent. So they are given, or given
   * again, after the answer. Chromium 156 does neither.
   */
  #giveHeldTracks(): void {
    if (!this.#holdsTracks) return;
    this.#holdsTracks = false;
    for (const name of this.#transceivers.keys()) this.#giveTrack(name);
  }

  #giveTrack(name: MediaName): void {
    this.#transceivers.get(name)?.sender.replaceTrack(this.#tracks[name])
      .catch((error) => this.#failed(error));
  }

  /** M-lines that we do not know: of a newer page, or of one that wants to get around what it may send. */
  #refuseOthers(): void {
    const known = new Set(this.#transceivers.values());
    for (const transceiver of this.#pc.getTransceivers()) {
      if (!known.has(transceiver)) direct(transceiver, "inactive");
    }
  }

  #direction(name: MediaName): RTCRtpTransceiverDirection {
    return this.#accepted.has(name) ? "sendrecv" : "sendonly";
  }

  /** A candidate that is of no use, such as one of a path that was given up, does no harm to the others. */
  async #add(candidates: RTCIceCandidateInit[]): Promise<void> {
    for (const candidate of candidates) {
      await this.#pc.addIceCandidate(candidate).catch(() => {});
    }
  }

  #enqueue(step: () => Promise<void> | void): void {
    this.#queue = this.#queue
      .then(() => this.#isClosed ? undefined : step())
      .catch((error) => this.#failed(error));
  }

  #tellState(): void {
    const { connectionState } = this.#pc;
    // After `failed` Firefox may say `connected` again, with channels closed for good and no media.
    const isDead = connectionState === "connected" &&
      this.channel.readyState === "closed";
    this.#options.onState(isDead ? "failed" : connectionState);
  }

  #failed(error: unknown): void {
    if (!this.#isClosed) this.#options.onError(error);
  }
}

/** Unless the other side has given its m-line up: that cannot be undone. What stays as it is is not told: browsers wait for each word. */
function direct(
  transceiver: RTCRtpTransceiver,
  direction: RTCRtpTransceiverDirection,
): void {
  const before = transceiver.direction;
  if (before !== "stopped" && before !== direction) {
    transceiver.direction = direction;
  }
}

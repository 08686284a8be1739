/** One pair: the peer connections that this page and one other build, one after the other. `docs/protocol.md` section 11. */
import type { Participant } from "./call_view.ts";
import {
  type MediaName,
  type MediaTracks,
  Negotiation,
  NO_TRACKS,
} from "./negotiation.ts";
import { parsePeerSignal, type PeerSignal } from "./peer_signal.ts";
import type { Platform } from "./platform.ts";
import { Recovery } from "./recovery.ts";

export interface PeerOptions {
  /** The side with the lower memberId is polite. */
  polite: boolean;
  /** The newcomer makes the first offer. */
  offer: boolean;
  configuration: RTCConfiguration;
  platform: Pick<
    Platform,
    "RTCPeerConnection" | "MediaStream" | "clock" | "random"
  >;
  /** What to send, now. */
  tracks: MediaTracks;
  /** Takes a signal to the other side, exactly once and in order. */
  signal(signal: PeerSignal): void;
  /** A data channel for chat: one with the first connection and a new one with every later. */
  onChannel(channel: RTCDataChannel): void;
  /** `state`, `audio` or `video` has changed. */
  onChange(): void;
}

export class Peer {
  readonly #options: PeerOptions;
  readonly #recovery: Recovery;
  readonly #tracks: MediaTracks;
  #connection = 1;
  #negotiation: Negotiation;
  #received: MediaTracks = NO_TRACKS;
  #audio: MediaStream | null = null;
  #video: MediaStream | null = null;

  /** Begins at once: a newcomer's offer is made without waiting for anything. */
  constructor(options: PeerOptions) {
    this.#options = options;
    this.#tracks = { ...options.tracks };
    this.#recovery = new Recovery({
      clock: options.platform.clock,
      random: options.platform.random,
      offer: () => this.#negotiation.offer(),
      restart: () => this.#negotiation.restartIce(),
      rebuild: () => this.rebuild(),
      onState: options.onChange,
    });
    this.#negotiation = this.#build();
    if (options.offer) this.#negotiation.offer();
  }

  /** Of the path for sound and picture. */
  get state(): Participant["connection"] {
    return this.#recovery.state;
  }

  /** The other's sound, silent until it comes; null before the first negotiation. The same object while it is the same track. */
  get audio(): MediaStream | null {
    return this.#audio;
  }

  /** The other's picture, likewise. */
  get video(): MediaStream | null {
    return this.#video;
  }

  /** A signal from the other side. Nonsense is ignored. */
  receive(data: unknown): void {
    const signal = parsePeerSignal(data);
    if (signal === null || signal.connection < this.#connection) return;
    if (signal.connection > this.#connection) this.#replace(signal.connection);
    if ("description" in signal) {
      this.#negotiation.receiveDescription(signal.description);
    } else this.#negotiation.receiveCandidates(signal.candidates);
  }

  /** Sends another track, or none, without a new offer. */
  setTrack(name: MediaName, track: MediaStreamTrack | null): void {
    this.#tracks[name] = track;
    this.#negotiation.setTrack(name, track);
  }

  /** Whether signals reach the other side just now. */
  setReachable(isReachable: boolean): void {
    this.#recovery.setReachable(isReachable);
  }

  /** Gives up the connection and builds the next. Also after lost signals. */
  rebuild(): void {
    this.#replace(this.#connection + 1);
    this.#negotiation.offer();
  }

  close(): void {
    this.#recovery.close();
    this.#negotiation.close();
  }

  #replace(connection: number): void {
    this.#negotiation.close();
    this.#connection = connection;
    this.#negotiation = this.#build();
    this.#recovery.built();
  }

  #build(): Negotiation {
    const { platform, configuration, polite, signal } = this.#options;
    const connection = this.#connection;
    const negotiation = new Negotiation({
      ...platform,
      configuration,
      polite,
      tracks: this.#tracks,
      sendDescription: (description) => signal({ connection, description }),
      sendCandidates: (candidates) => signal({ connection, candidates }),
      onTracks: (tracks) => this.#receive(tracks),
      onNegotiated: () => this.#recovery.negotiated(),
      onState: (state) => this.#recovery.became(state),
      onFirstCollision: (offer) => {
        this.#negotiation.close();
        this.#negotiation = this.#build();
        this.#negotiation.receiveDescription(offer);
      },
      // As after a failed path: the ladder decides when, so that what fails always does not fail in a circle.
      onError: () => this.#recovery.became("failed"),
    });
    this.#options.onChannel(negotiation.channel);
    return negotiation;
  }

  #receive(tracks: MediaTracks): void {
    const { MediaStream } = this.#options.platform;
    const stream = (track: MediaStreamTrack | null) =>
      track === null ? null : new MediaStream([track]);
    const before = this.#received;
    this.#received = tracks;
    if (tracks.microphone !== before.microphone) {
      this.#audio = stream(tracks.microphone);
    }
    if (tracks.camera !== before.camera) this.#video = stream(tracks.camera);
    this.#options.onChange();
  }
}

/** One pair: the peer connections that this page and one other build, one after the other. `docs/protocol.md` section 11. */
import type { Participant } from "../call/call_view.ts";
import type { Shown } from "./bitrate_policy.ts";
import { FrameChannel } from "./frame_channel.ts";
import type { FirstOffer } from "./first_offer.ts";
import { Line } from "./line.ts";
import { haveTurn } from "./ice_servers.ts";
import {
  ALL_MEDIA,
  MEDIA,
  type MediaName,
  type MediaTracks,
  Negotiation,
  NO_TRACKS,
} from "./negotiation.ts";
import { parsePeerSignal, type PeerSignal } from "./peer_signal.ts";
import type { Paused } from "./pictures.ts";
import type { Platform } from "../platform.ts";
import type { Quality } from "./quality.ts";
import { Recovery } from "./recovery.ts";
import { readStats } from "./stats.ts";

/** What a `Peer` is made with. */
export interface PeerOptions {
  /** The side with the lower memberId is polite. */
  polite: boolean;
  /** The newcomer makes the first offer. */
  offer: boolean;
  /** Where that is made already. */
  firstOffer?: FirstOffer;
  /** STUN and TURN servers, and whatever else RTCPeerConnection takes. */
  configuration: RTCConfiguration;
  /** The browser's side. */
  platform: Pick<
    Platform,
    "RTCPeerConnection" | "MediaStream" | "clock" | "random" | "document"
  >;
  /** What to send, now. */
  tracks: MediaTracks;
  /** What the other may send, now: nothing else is received, whatever it sends. Default: everything. */
  accepted?: ReadonlySet<MediaName>;
  /** Takes a signal to the other side, exactly once and in order. */
  signal(signal: PeerSignal): void;
  /** Wishes for fresh TURN credentials: `setIceServers` should follow. */
  refreshIceServers?(): void;
  /** `state`, `quality`, `paused` or one of the streams has changed. */
  onChange(): void;
}

/** The connection with one other page: negotiates, mends itself, and is built anew when nothing else helps. */
export class Peer {
  /** To the other page, through all rebuildings. */
  readonly channel = new FrameChannel();
  readonly #options: PeerOptions;
  readonly #recovery: Recovery;
  readonly #line: Line;
  readonly #tracks: MediaTracks;
  #accepted: ReadonlySet<MediaName>;
  #configuration: RTCConfiguration;
  /** The newest connection was built to go by TURN servers alone. */
  #relayOnly = false;
  #connection = 1;
  #negotiation: Negotiation;
  #received: MediaTracks = NO_TRACKS;
  readonly #streams: Partial<Record<MediaName, MediaStream | null>> = {};

  /** Begins at once: a newcomer's offer is made without waiting for anything. */
  constructor(options: PeerOptions) {
    this.#options = options;
    this.#tracks = { ...options.tracks };
    this.#accepted = options.accepted ?? ALL_MEDIA;
    this.#configuration = options.configuration;
    this.#recovery = new Recovery({
      clock: options.platform.clock,
      random: options.platform.random,
      offer: () => this.#negotiation.offer(),
      restart: () => this.#negotiation.restartIce(),
      refresh: () => options.refreshIceServers?.(),
      rebuild: (relayOnly) => this.rebuild(relayOnly),
      mayRelay: () => haveTurn(this.#configuration.iceServers),
      onState: (state) => {
        if (state === "connected" && this.#relayOnly) this.#leaveRelays();
        this.#line.setConnected(state === "connected");
        options.onChange();
      },
    });
    const { clock, document } = options.platform;
    this.#line = new Line({
      clock,
      channel: this.channel,
      sender: (name) => this.#negotiation.sender(name),
      track: (name) => this.#tracks[name],
      getStats: () => this.#negotiation.getStats(),
      remoteSdp: () => this.#negotiation.remoteSdp,
      isHidden: () => document?.visibilityState === "hidden",
      onChange: options.onChange,
      // An ICE restart may have been what did it.
      onDeaf: () => this.#recovery.became("failed"),
    });
    this.#negotiation = this.#build(options.firstOffer);
    if (options.offer) this.#negotiation.offer();
  }

  /** Of the path for sound and picture. */
  get state(): Participant["connection"] {
    return this.#recovery.state;
  }

  /** The other's sound, silent until it comes; null before the first negotiation, and while it is not accepted. The same object while it is the same track. */
  get audio(): MediaStream | null {
    return this.#stream("microphone");
  }

  /** The other's picture, likewise. */
  get video(): MediaStream | null {
    return this.#stream("camera");
  }

  /** The picture of the other's screen, likewise; null with an older page, which has none. */
  get screen(): MediaStream | null {
    return this.#stream("screen");
  }

  /** The sound of the other's screen, likewise. */
  get screenAudio(): MediaStream | null {
    return this.#stream("screenAudio");
  }

  /** Of the path, about every 2 s; null for the first 4 s and while there is no path. */
  get quality(): Quality | null {
    return this.#line.quality;
  }

  /** Of the other's pictures, which ones it has stopped sending here, so that the line carries its sound. */
  get paused(): Paused {
    return this.#line.paused;
  }

  /** What this page shows of the other: it is told, and sends no more than that. */
  show(shown: Shown): void {
    this.#line.show(shown);
  }

  /** How many people this page sends to, from 1: they share its upload. */
  setOthers(others: number): void {
    this.#line.setOthers(others);
  }

  /** A signal from the other side. Nonsense is ignored. */
  receive(data: unknown): void {
    const signal = parsePeerSignal(data);
    if (signal === null || signal.connection < this.#connection) return;
    if (signal.connection > this.#connection) this.#replace(signal.connection);
    this.#negotiation.receive(signal);
  }

  /** Sends other tracks, or none, without a new offer. */
  setTracks(tracks: MediaTracks): void {
    for (const { name } of MEDIA) this.setTrack(name, tracks[name]);
  }

  /** Sends another track, or none, without a new offer. */
  setTrack(name: MediaName, track: MediaStreamTrack | null): void {
    if (track === this.#tracks[name]) return;
    this.#tracks[name] = track;
    this.#negotiation.setTrack(name, track);
    this.#line.apply();
  }

  /** Receives that and nothing else from now on. */
  setAccepted(accepted: ReadonlySet<MediaName>): void {
    const isSame = MEDIA.every(({ name }) =>
      accepted.has(name) === this.#accepted.has(name)
    );
    if (isSame) return;
    this.#accepted = accepted;
    this.#negotiation.setAccepted(accepted);
    this.#options.onChange();
  }

  /** Whether signals reach the other side just now. */
  setReachable(isReachable: boolean): void {
    this.#recovery.setReachable(isReachable);
  }

  /** Other servers, or other credentials, from now on. A path that needs the old ones is looked for anew while it still works. */
  setIceServers(iceServers: RTCIceServer[]): void {
    this.#configuration = { ...this.#configuration, iceServers };
    this.#negotiation.setConfiguration(this.#policed());
    if (this.state === "reconnecting") this.#negotiation.restartIce();
    else if (this.state === "connected") this.#restartIfRelayed();
  }

  /** Offers what the page's first offer left out. Once signals go over the channel. */
  offerRest(): void {
    this.#negotiation.offerRest();
  }

  /** Gives up the connection and builds the next. Also after lost signals. */
  rebuild(relayOnly = false): void {
    this.#replace(this.#connection + 1, relayOnly);
    this.#negotiation.offer();
  }

  /** Ends it. Nothing more is told. The tracks that were sent go on. */
  close(): void {
    this.#recovery.close();
    this.#line.close();
    this.channel.close();
    this.#negotiation.close();
  }

  async #restartIfRelayed(): Promise<void> {
    const negotiation = this.#negotiation;
    const report = await negotiation.getStats().catch(() => null);
    if (report === null || negotiation !== this.#negotiation) return;
    const { clock } = this.#options.platform;
    const { path } = readStats(report, clock.monotonic());
    if (path === "relayed") negotiation.restartIce();
  }

  #policed(): RTCConfiguration {
    const iceTransportPolicy = this.#relayOnly ? "relay" : "all";
    return { ...this.#configuration, iceTransportPolicy };
  }

  /** Its next restart may find a better path. */
  #leaveRelays(): void {
    this.#relayOnly = false;
    this.#negotiation.setConfiguration(this.#policed());
  }

  #replace(connection: number, relayOnly = false): void {
    this.#negotiation.close();
    this.#relayOnly = relayOnly;
    this.#connection = connection;
    this.#negotiation = this.#build();
    this.#recovery.built();
  }

  #build(firstOffer?: FirstOffer): Negotiation {
    const { platform, polite, signal } = this.#options;
    const connection = this.#connection;
    const negotiation = new Negotiation({
      ...platform,
      configuration: this.#policed(),
      polite,
      tracks: this.#tracks,
      accepted: this.#accepted,
      firstOffer,
      sendDescription: (description) => signal({ connection, description }),
      sendCandidates: (candidates) => signal({ connection, candidates }),
      onTracks: (tracks) => this.#receive(tracks),
      onNegotiated: () => this.#recovery.negotiated(),
      onState: (state) => this.#recovery.became(state),
      onFirstCollision: (signals) => {
        this.#negotiation.close();
        this.#negotiation = this.#build();
        for (const signal of signals) this.#negotiation.receive(signal);
      },
      // As after a failed path: the ladder decides when, so that what fails always does not fail in a circle.
      onError: () => this.#recovery.became("failed"),
    });
    this.channel.attach(negotiation.channel);
    return negotiation;
  }

  #stream(name: MediaName): MediaStream | null {
    return this.#accepted.has(name) ? this.#streams[name] ?? null : null;
  }

  #receive(tracks: MediaTracks): void {
    const { MediaStream } = this.#options.platform;
    const before = this.#received;
    this.#received = tracks;
    for (const { name } of MEDIA) {
      const track = tracks[name];
      if (track === before[name]) continue;
      this.#streams[name] = track && new MediaStream([track]);
    }
    this.#options.onChange();
  }
}

/** A voice connection whose offers and answers somebody else carries. W3C WebRTC; RFC 8829. */
import type { Platform } from "../platform.ts";
import { QualityWatcher } from "../mesh/quality_watcher.ts";
import { qualityOf, type VoiceConnection } from "./voice_connection.ts";
import { VOIPError } from "./voip_error.ts";

/** How long an offer or answer waits for its candidates, in milliseconds. Those that come later are told by `onCandidate`. */
export const GATHERING_TIMEOUT_MS = 2_000;

export interface ManualConnectionOptions {
  platform: Pick<
    Platform,
    "RTCPeerConnection" | "MediaStream" | "clock" | "document"
  >;
  configuration: RTCConfiguration;
  /** What to send, now. */
  track: MediaStreamTrack | null;
  onCandidate(candidate: RTCIceCandidateInit): void;
  /** `state`, `quality` or `audio` has changed. */
  onChange(): void;
  /** A track could not be sent. */
  onError(error: VOIPError): void;
}

/** One RTCPeerConnection with one sound in each direction. */
export class ManualConnection implements VoiceConnection {
  readonly #options: ManualConnectionOptions;
  readonly #pc: RTCPeerConnection;
  readonly #watcher: QualityWatcher;
  #track: MediaStreamTrack | null;
  #sender: RTCRtpSender | null = null;
  #audio: MediaStream | null = null;
  /** Candidates that came before the description that they belong to. */
  #early: RTCIceCandidateInit[] = [];
  #isClosed = false;
  /** Ends the waiting for candidates. */
  #gathered = () => {};

  /** @throws {VOIPError} `invalid-argument`: the configuration is not one. */
  constructor(options: ManualConnectionOptions) {
    this.#options = options;
    this.#track = options.track;
    try {
      this.#pc = new options.platform.RTCPeerConnection(
        options.configuration,
      );
    } catch (cause) {
      throw new VOIPError("invalid-argument", { cause });
    }
    this.#pc.onicecandidate = ({ candidate }) => {
      if (candidate !== null) options.onCandidate(candidate.toJSON());
    };
    this.#pc.onicegatheringstatechange = () => {
      if (this.#pc.iceGatheringState === "complete") this.#gathered();
    };
    this.#watcher = new QualityWatcher({
      clock: options.platform.clock,
      getStats: () => this.#pc.getStats(),
      isHidden: () => options.platform.document?.visibilityState === "hidden",
      onChange: () => options.onChange(),
    });
    this.#pc.onconnectionstatechange = () => {
      this.#watcher.setConnected(this.#pc.connectionState === "connected");
      options.onChange();
    };
    this.#pc.oniceconnectionstatechange = () => options.onChange();
  }

  get state(): RTCPeerConnectionState {
    return this.#pc.connectionState;
  }

  get quality(): number {
    return qualityOf(this.#pc.iceConnectionState, this.#watcher.quality);
  }

  /** The other's sound; null before both have described themselves. */
  get audio(): MediaStream | null {
    return this.#audio;
  }

  /** @throws {VOIPError} `wrong-state` while the other's offer is unanswered. */
  async createOffer(): Promise<RTCSessionDescriptionInit> {
    this.#expect("stable", "have-local-offer");
    if (this.#sender === null) {
      const { sender } = this.#pc.addTransceiver(this.#track ?? "audio", {
        direction: "sendrecv",
      });
      this.#sender = sender;
    }
    return await this.#describe("offer");
  }

  /** @throws {VOIPError} `wrong-state` unless an offer of the other is unanswered. */
  async createAnswer(): Promise<RTCSessionDescriptionInit> {
    this.#expect("have-remote-offer");
    return await this.#describe("answer");
  }

  /** @throws {VOIPError} `wrong-state`, `invalid-description`. */
  async setRemoteOffer(offer: RTCSessionDescriptionInit): Promise<void> {
    this.#expect("stable");
    await this.#accept(offer, "offer");
    this.#adopt();
  }

  /** @throws {VOIPError} `wrong-state`, `invalid-description`. */
  async setRemoteAnswer(answer: RTCSessionDescriptionInit): Promise<void> {
    this.#expect("have-local-offer");
    await this.#accept(answer, "answer");
    this.#adopt();
  }

  /** @throws {VOIPError} `invalid-candidate`. One that comes before the other's description waits for it. */
  async addIceCandidate(candidate: RTCIceCandidateInit): Promise<void> {
    if (typeof candidate !== "object" || candidate === null) {
      throw new VOIPError("invalid-candidate");
    }
    if (this.#pc.remoteDescription === null) {
      this.#early.push(candidate);
      return;
    }
    try {
      await this.#pc.addIceCandidate(candidate);
    } catch (cause) {
      throw this.#failure("invalid-candidate", cause);
    }
  }

  /** Sends another track, or none, without a new offer. */
  setTrack(track: MediaStreamTrack | null): void {
    if (track === this.#track) return;
    this.#track = track;
    this.#sendTrack();
  }

  /** Ends it. Nothing more is told. The track that was sent goes on. */
  close(): void {
    this.#isClosed = true;
    this.#watcher.close();
    const pc = this.#pc;
    pc.onicecandidate = null;
    pc.onicegatheringstatechange = null;
    pc.onconnectionstatechange = null;
    pc.oniceconnectionstatechange = null;
    pc.close();
    this.#gathered();
  }

  #expect(...states: RTCSignalingState[]): void {
    if (!states.includes(this.#pc.signalingState)) {
      throw new VOIPError("wrong-state");
    }
  }

  async #describe(
    expected: "offer" | "answer",
  ): Promise<RTCSessionDescriptionInit> {
    try {
      await this.#pc.setLocalDescription();
    } catch (cause) {
      throw this.#failure("wrong-state", cause);
    }
    await this.#gathering();
    const description = this.#pc.localDescription;
    if (this.#isClosed) throw new VOIPError("cancelled");
    if (description?.type !== expected) throw new VOIPError("wrong-state");
    return { type: expected, sdp: description.sdp };
  }

  /** Resolves when all candidates are found, after `GATHERING_TIMEOUT_MS` or on `close`. */
  async #gathering(): Promise<void> {
    if (this.#isClosed || this.#pc.iceGatheringState === "complete") return;
    const before = this.#gathered;
    await new Promise<void>((resolve) => {
      const cancel = this.#options.platform.clock.after(
        GATHERING_TIMEOUT_MS,
        () => this.#gathered(),
      );
      this.#gathered = () => {
        before();
        cancel();
        this.#gathered = () => {};
        resolve();
      };
    });
  }

  async #accept(
    description: RTCSessionDescriptionInit,
    type: "offer" | "answer",
  ): Promise<void> {
    if (description?.type !== type || typeof description.sdp !== "string") {
      throw new VOIPError("invalid-description");
    }
    try {
      await this.#pc.setRemoteDescription({ type, sdp: description.sdp });
    } catch (cause) {
      throw this.#failure("invalid-description", cause);
    }
    const early = this.#early;
    this.#early = [];
    for (const candidate of early) {
      // One that is of no use does no harm to the others.
      await this.#pc.addIceCandidate(candidate).catch(() => {});
    }
  }

  /** Takes into use the transceiver that both have described. */
  #adopt(): void {
    if (this.#isClosed) return;
    const transceiver = this.#pc.getTransceivers()
      .find(({ sender, receiver }) =>
        this.#sender === null
          ? receiver.track.kind === "audio"
          : sender === this.#sender
      );
    // An offer of something else than sound: there is nothing to say or hear.
    if (transceiver === undefined) return;
    const { sender, receiver } = transceiver;
    if (this.#sender === null) {
      transceiver.direction = "sendrecv";
      this.#sender = sender;
      this.#sendTrack();
    }
    if (this.#audio !== null) return;
    this.#audio = new this.#options.platform.MediaStream([receiver.track]);
    this.#options.onChange();
  }

  #sendTrack(): void {
    this.#sender?.replaceTrack(this.#track).catch((cause) => {
      if (this.#isClosed) return;
      this.#options.onError(new VOIPError("microphone-failed", { cause }));
    });
  }

  #failure(code: VOIPError["code"], cause: unknown): VOIPError {
    return this.#isClosed
      ? new VOIPError("cancelled")
      : new VOIPError(code, { cause });
  }
}

/** Voice with one other person, over any signaling or none. */
import { LevelMeter } from "./level_meter.ts";
import type { LocalDeviceState } from "./local_device.ts";
import { LocalMedia } from "./local_media.ts";
import { greet } from "./greeting.ts";
import { ManualConnection } from "./manual_connection.ts";
import { Peer } from "./peer.ts";
import { browserPlatform, type Platform } from "./platform.ts";
import type {
  PairChannel,
  PairEvent,
  SignalingChannel,
} from "./signaling_channel.ts";
import { microphoneError, VOIPError } from "./voip_error.ts";

/** Where no `iceServers` are given. */
export const DEFAULT_ICE_SERVERS: readonly RTCIceServer[] = [
  { urls: "stun:stun.l.google.com:19302" },
];

/**
 * How good a connection is, from 0 to 100, by its ICE connection state (W3C WebRTC 5.6.4) or by the state of the whole connection: 0
 * without one, 100 with one, between while it is being made. What is lost or late on the way is not part of it.
 */
const QUALITY: Record<RTCIceConnectionState | RTCPeerConnectionState, number> =
  {
    new: 0,
    checking: 50,
    connecting: 50,
    connected: 100,
    completed: 100,
    disconnected: 0,
    failed: 0,
    closed: 0,
  };

/** The state of a pair that mends itself, as of a connection. */
const PAIR_STATE: Record<Peer["state"], RTCPeerConnectionState> = {
  connecting: "connecting",
  connected: "connected",
  reconnecting: "disconnected",
  failed: "failed",
};

/** A `VOIPService` at one moment. */
export interface VOIPState {
  /** `off`: closed. `muted`: open, but sending digital silence. `failed`: it was lost, or could not be opened. */
  readonly microphone: LocalDeviceState["status"];
  readonly speaker: "on" | "muted";
  /** As of `getConnectionState`. */
  readonly connection: RTCPeerConnectionState | null;
  /** How loud the microphone is, from 0 (silent, muted or off) to 100 (loud speech). */
  readonly inputLevel: number;
  /** From 0 (not connected) to 100 (connected), by the ICE connection state; 50 while connecting. */
  readonly quality: number;
}

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

/** What `createConnection` has opened. */
interface Connection {
  userId: string;
  /** Without a signaling channel. */
  manual: ManualConnection | null;
  /** With one, while the other end is there. */
  peer: Peer | null;
  /** With a channel: of the pair. */
  pairState: RTCPeerConnectionState;
  /** Ends the listening to the channel. */
  unwatch(): void;
  /** What was last told. */
  toldState: RTCPeerConnectionState;
  toldAudio: MediaStream | null;
}

/**
 * A microphone, a speaker and one connection. It uses nothing of a server: not for storage, and for signaling only what it is given.
 *
 * ```ts
 * const voip = new VOIPService({
 *   onAudioStream(stream) {
 *     const audio = new Audio();
 *     audio.srcObject = stream;
 *     audio.play();
 *   },
 * });
 * await voip.enableMicrophone();
 * await voip.createConnection(roomId, userId);
 * const offer = await voip.createOffer(); // send it, in any way
 * await voip.setRemoteAnswer(answer); // that came back
 * ```
 *
 * Every method throws, or rejects with, a `VOIPError`; all but `getState`, `getConnectionState`, `disableMicrophone`, `closeConnection`
 * and `close` do so with `closed` after `close`.
 */
export class VOIPService {
  readonly #options: VOIPServiceOptions;
  readonly #platform: Platform;
  readonly #pairs: PairChannel | null;
  readonly #media: LocalMedia;
  readonly #unsubscribe: () => void;
  #isOpening = false;
  #microphone: LocalDeviceState["status"] = "off";
  #audio: MediaStream | null = null;
  #meter: LevelMeter | null = null;
  #speakerMuted = false;
  #connection: Connection | null = null;
  #isClosed = false;

  /** @throws {VOIPError} `encryption-unsupported` when `enableAppLayerEncryption` is set. */
  constructor(options: VOIPServiceOptions = {}) {
    if (options.enableAppLayerEncryption) {
      throw new VOIPError("encryption-unsupported");
    }
    this.#options = options;
    this.#platform = browserPlatform(options.platform);
    const { signaling, mediaDevices, audioConstraints } = options;
    if (signaling === undefined) this.#pairs = null;
    else if ("watch" in signaling) this.#pairs = signaling;
    else {
      this.#pairs = greet({
        send: (data) => this.#guardSignaling(() => signaling.send(data)),
        subscribe: (listener) => signaling.subscribe(listener),
      }, this.#platform.random);
    }
    this.#media = new LocalMedia({
      mediaDevices,
      audioConstraints,
      MediaStream: this.#platform.MediaStream,
    });
    this.#unsubscribe = this.#media.subscribe(() => this.#mediaChanged());
  }

  /**
   * Opens the microphone, asking the person if need be, or ends its muting. It is sent from now on, also over a connection that was made
   * without it. The stream is the service's: close it by `disableMicrophone`.
   *
   * @throws {VOIPError} `permission-denied`, `no-device`, `device-busy`, `insecure-page`, `microphone-failed`; `cancelled` when it was
   * disabled meanwhile.
   */
  async enableMicrophone(): Promise<MediaStream> {
    this.#assertOpen();
    this.#isOpening = true;
    try {
      await this.#media.enableMicrophone();
    } finally {
      this.#isOpening = false;
    }
    const { microphone, audio } = this.#media.view;
    if (microphone.status === "failed") {
      throw microphoneError(microphone.failure);
    }
    if (audio === null) throw new VOIPError("cancelled");
    return audio;
  }

  /** Closes the microphone: the system's light goes out. The connection stays. */
  disableMicrophone(): void {
    this.#media.close();
  }

  /**
   * Silences the open microphone, at once and digitally, or ends that. It stays open.
   *
   * @throws {VOIPError} `microphone-off`.
   */
  setMicrophoneMuted(muted: boolean): void {
    this.#assertOpen();
    const { status } = this.#media.view.microphone;
    if (status !== "on" && status !== "muted") {
      throw new VOIPError("microphone-off");
    }
    if (muted) this.#media.disableMicrophone();
    else this.#media.enableMicrophone(); // Of a muted one: at once, and it cannot fail.
  }

  /** Silences what `onAudioStream` gave and will give, however it is played, or ends that. */
  setSpeakerMuted(muted: boolean): void {
    this.#assertOpen();
    this.#speakerMuted = muted;
    this.#applySpeaker();
  }

  /**
   * Makes ready for a connection with one other person. With a signaling channel it comes about by itself as soon as the other end is
   * there; without one it takes an offer and an answer. The microphone may be enabled before or after.
   *
   * @param roomId where the two meet; for the caller's own use.
   * @param userId who the other is, as `onAudioStream` will tell.
   * @throws {VOIPError} `already-connected`, `invalid-argument` (an empty id, or `iceServers` that are none), `webrtc-missing`.
   */
  // deno-lint-ignore require-await -- what goes wrong is to be a rejection, not an exception.
  async createConnection(roomId: string, userId: string): Promise<void> {
    this.#assertOpen();
    if (!isId(roomId) || !isId(userId)) {
      throw new VOIPError("invalid-argument");
    }
    if (this.#connection !== null) throw new VOIPError("already-connected");
    if (this.#platform.RTCPeerConnection === undefined) {
      throw new VOIPError("webrtc-missing");
    }
    const connection: Connection = {
      userId,
      manual: null,
      peer: null,
      pairState: "new",
      unwatch() {},
      toldState: "new",
      toldAudio: null,
    };
    const onChange = () => this.#connectionChanged(connection);
    if (this.#pairs === null) {
      connection.manual = new ManualConnection({
        ...this.#platform,
        configuration: this.#configuration(),
        track: this.#track(),
        onCandidate: (candidate) =>
          this.#call(() => this.#options.onIceCandidate?.(candidate)),
        onChange,
        onError: (error) => this.#failed(error),
      });
    }
    this.#connection = connection;
    if (this.#pairs === null) return;
    try {
      connection.unwatch = this.#pairs.watch((event) => {
        if (connection === this.#connection) this.#heard(connection, event);
      });
    } catch (cause) {
      this.closeConnection();
      if (cause instanceof VOIPError) throw cause;
      throw new VOIPError("signaling-failed", { cause });
    }
  }

  /**
   * Makes an offer for the other's `setRemoteOffer`. It holds the candidates that are found within 2 s. Another one may be made any time
   * later, as long as no offer of the other waits for its answer.
   *
   * @throws {VOIPError} `no-connection`, `not-manual`, `wrong-state`; `cancelled` when the connection was closed meanwhile.
   */
  async createOffer(): Promise<RTCSessionDescriptionInit> {
    return await this.#manual().createOffer();
  }

  /**
   * Answers the other's offer, for its `setRemoteAnswer`. Candidates as with `createOffer`.
   *
   * @throws {VOIPError} `no-connection`, `not-manual`, `cancelled`; `wrong-state` unless `setRemoteOffer` came before.
   */
  async createAnswer(): Promise<RTCSessionDescriptionInit> {
    return await this.#manual().createAnswer();
  }

  /**
   * Takes the other's offer. `createAnswer` is next.
   *
   * @throws {VOIPError} `no-connection`, `not-manual`, `invalid-description`, `cancelled`; `wrong-state` while an offer of this end is
   * unanswered: one of the two has to make none.
   */
  async setRemoteOffer(offer: RTCSessionDescriptionInit): Promise<void> {
    await this.#manual().setRemoteOffer(offer);
  }

  /**
   * Takes the other's answer to the last offer of this end.
   *
   * @throws {VOIPError} `no-connection`, `not-manual`, `invalid-description`, `cancelled`; `wrong-state` without such an offer.
   */
  async setRemoteAnswer(answer: RTCSessionDescriptionInit): Promise<void> {
    await this.#manual().setRemoteAnswer(answer);
  }

  /**
   * Takes a candidate that the other's `onIceCandidate` told. It may come before the other's description.
   *
   * @throws {VOIPError} `no-connection`, `not-manual`, `invalid-candidate`, `cancelled`.
   */
  async addIceCandidate(candidate: RTCIceCandidateInit): Promise<void> {
    await this.#manual().addIceCandidate(candidate);
  }

  /** How things are now. The input level is measured at each call. */
  getState(): Readonly<VOIPState> {
    return {
      microphone: this.#microphone,
      speaker: this.#speakerMuted ? "muted" : "on",
      connection: this.getConnectionState(),
      inputLevel: this.#meter?.read() ?? 0,
      quality: this.#quality(),
    };
  }

  /**
   * Of the connection; null without one. With a signaling channel: `new` until the other end is there, `disconnected` while a lost
   * connection is being mended and when the other has left, `failed` when no path was found so far (it is tried on and on).
   */
  getConnectionState(): RTCPeerConnectionState | null {
    const connection = this.#connection;
    if (connection === null) return null;
    return connection.manual?.state ?? connection.pairState;
  }

  /** Ends the connection; the microphone stays as it is. Nothing happens without one. Another can be created then. */
  closeConnection(): void {
    const connection = this.#connection;
    if (connection === null) return;
    this.#connection = null;
    connection.manual?.close();
    connection.peer?.close();
    this.#guardSignaling(() => connection.unwatch());
    this.#tellState("closed", connection);
  }

  /** Ends the connection, closes the microphone and everything else that was opened. For good. */
  close(): void {
    if (this.#isClosed) return;
    this.closeConnection();
    this.#isClosed = true;
    this.#media.close();
    this.#unsubscribe();
  }

  #heard(connection: Connection, event: PairEvent): void {
    const { peer } = connection;
    switch (event.type) {
      case "pair":
        peer?.close();
        return this.#begin(connection, event.offer, event.polite);
      case "signal":
        return peer?.receive(event.data);
      case "gap":
        return peer?.rebuild();
      case "reachable":
        return peer?.setReachable(event.isReachable);
      case "left":
        peer?.close();
        connection.peer = null;
        return this.#pairBecame(connection, "disconnected");
    }
  }

  #begin(connection: Connection, offer: boolean, polite: boolean): void {
    connection.peer = null;
    let peer: Peer | null = null;
    try {
      peer = new Peer({
        offer,
        polite,
        configuration: this.#configuration(),
        platform: this.#platform,
        tracks: { microphone: this.#track(), camera: null },
        signal: (signal) =>
          this.#guardSignaling(() => this.#pairs?.send(signal)),
        // There is no chat here.
        onChannel() {},
        onChange: () => {
          // Its very first changes come while it is being made; they are looked at below.
          if (peer !== null && peer === connection.peer) {
            this.#pairBecame(connection, PAIR_STATE[peer.state]);
          }
        },
      });
    } catch (cause) {
      this.#pairBecame(connection, "failed");
      return this.#failed(new VOIPError("invalid-argument", { cause }));
    }
    connection.peer = peer;
    this.#pairBecame(connection, PAIR_STATE[peer.state]);
  }

  #pairBecame(connection: Connection, state: RTCPeerConnectionState): void {
    connection.pairState = state;
    this.#connectionChanged(connection);
  }

  #connectionChanged(connection: Connection): void {
    if (connection !== this.#connection) return;
    this.#applySpeaker();
    const state = connection.manual?.state ?? connection.pairState;
    this.#tellState(state, connection);
    if (connection === this.#connection && state === "connected") {
      this.#tellAudio(connection);
    }
  }

  #tellState(state: RTCPeerConnectionState, connection: Connection): void {
    if (state === connection.toldState) return;
    connection.toldState = state;
    this.#call(() => this.#options.onConnectionStateChange?.(state));
    if (state === "failed") this.#failed(new VOIPError("connection-failed"));
  }

  #tellAudio(connection: Connection): void {
    const audio = audioOf(connection);
    if (audio === null || audio === connection.toldAudio) return;
    connection.toldAudio = audio;
    const { userId } = connection;
    this.#call(() => this.#options.onAudioStream?.(audio, userId));
  }

  #mediaChanged(): void {
    const { microphone, audio } = this.#media.view;
    const before = this.#microphone;
    this.#microphone = microphone.status;
    if (audio !== this.#audio) {
      this.#audio = audio;
      this.#meter?.close();
      const { audioContext } = this.#options;
      const { clock } = this.#platform;
      this.#meter = audio && new LevelMeter(audio, { audioContext, clock });
      this.#connection?.manual?.setTrack(this.#track());
      this.#connection?.peer?.setTrack("microphone", this.#track());
    }
    const isNew = microphone.status === "failed" && before !== "failed";
    if (isNew && !this.#isOpening) {
      this.#failed(microphoneError(microphone.failure));
    }
  }

  #applySpeaker(): void {
    if (this.#connection === null) return;
    for (const track of audioOf(this.#connection)?.getAudioTracks() ?? []) {
      track.enabled = !this.#speakerMuted;
    }
  }

  /** A muted microphone is sent on: its silence is digital, and the path stays warm. */
  #track(): MediaStreamTrack | null {
    return this.#audio?.getAudioTracks()[0] ?? null;
  }

  #configuration(): RTCConfiguration {
    const { iceServers = DEFAULT_ICE_SERVERS } = this.#options;
    if (!Array.isArray(iceServers)) throw new VOIPError("invalid-argument");
    return { iceServers: [...iceServers], bundlePolicy: "max-bundle" };
  }

  #quality(): number {
    const connection = this.#connection;
    if (connection === null) return 0;
    return QUALITY[connection.manual?.ice ?? connection.pairState];
  }

  #manual(): ManualConnection {
    this.#assertOpen();
    if (this.#pairs !== null) throw new VOIPError("not-manual");
    const manual = this.#connection?.manual;
    if (!manual) throw new VOIPError("no-connection");
    return manual;
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new VOIPError("closed");
  }

  #guardSignaling(task: () => void): void {
    try {
      task();
    } catch (cause) {
      this.#failed(new VOIPError("signaling-failed", { cause }));
    }
  }

  #failed(error: VOIPError): void {
    this.#call(() => this.#options.onError?.(error));
  }

  /** Calls what the user of this service gave. What it throws is reported and breaks nothing here. */
  #call(callback: () => void): void {
    try {
      callback();
    } catch (error) {
      reportError(error);
    }
  }
}

function isId(id: unknown): id is string {
  return typeof id === "string" && id !== "";
}

function audioOf({ manual, peer }: Connection): MediaStream | null {
  return manual?.audio ?? peer?.audio ?? null;
}

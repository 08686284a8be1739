/** Voice with one other person, over any signaling or none. */
import { AutomaticConnection } from "./automatic_connection.ts";
import { greet } from "./greeting.ts";
import { ManualConnection } from "./manual_connection.ts";
import { browserPlatform, type Platform } from "../platform.ts";
import type { PairChannel } from "./signaling_channel.ts";
import type { VoiceConnection } from "./voice_connection.ts";
import { VOIPError } from "./voip_error.ts";
import { VOIPMicrophone } from "./voip_microphone.ts";
import {
  DEFAULT_ICE_SERVERS,
  type VOIPServiceOptions,
} from "./voip_options.ts";
import type { VOIPState } from "./voip_state.ts";

/** What `createConnection` has opened. */
interface Opened {
  readonly voice: VoiceConnection;
  readonly userId: string;
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
  /** Null: the caller carries offers and answers. */
  readonly #pairs: PairChannel | null;
  readonly #microphone: VOIPMicrophone;
  #speakerMuted = false;
  #opened: Opened | null = null;
  #isClosed = false;

  /**
   * Nothing is opened by that.
   *
   * @throws {VOIPError} `encryption-unsupported` when `enableAppLayerEncryption` is set.
   */
  constructor(options: VOIPServiceOptions = {}) {
    if (options.enableAppLayerEncryption) {
      throw new VOIPError("encryption-unsupported");
    }
    this.#options = options;
    this.#platform = browserPlatform(options.platform);
    this.#pairs = this.#pairChannel();
    this.#microphone = new VOIPMicrophone({
      ...options,
      ...this.#platform,
      onTrack: (track) => this.#opened?.voice.setTrack(track),
      onError: (error) => this.#failed(error),
    });
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
    return await this.#microphone.enable();
  }

  /** Closes the microphone: the system's light goes out. The connection stays. */
  disableMicrophone(): void {
    this.#microphone.disable();
  }

  /**
   * Silences the open microphone, at once and digitally, or ends that. It stays open.
   *
   * @throws {VOIPError} `microphone-off`.
   */
  setMicrophoneMuted(muted: boolean): void {
    this.#assertOpen();
    this.#microphone.setMuted(muted);
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
    if (this.#opened !== null) throw new VOIPError("already-connected");
    if (this.#platform.RTCPeerConnection === undefined) {
      throw new VOIPError("webrtc-missing");
    }
    const opened: Opened = {
      voice: this.#connection(() => this.#changed(opened)),
      userId,
      toldState: "new",
      toldAudio: null,
    };
    this.#opened = opened;
    if (!(opened.voice instanceof AutomaticConnection)) return;
    try {
      opened.voice.open();
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
      microphone: this.#microphone.status,
      speaker: this.#speakerMuted ? "muted" : "on",
      connection: this.getConnectionState(),
      inputLevel: this.#microphone.level,
      quality: this.#opened?.voice.quality ?? 0,
    };
  }

  /**
   * Of the connection; null without one. With a signaling channel: `new` until the other end is there, `disconnected` while a lost
   * connection is being mended and when the other has left, `failed` when no path was found so far (it is tried on and on).
   */
  getConnectionState(): RTCPeerConnectionState | null {
    return this.#opened?.voice.state ?? null;
  }

  /** Ends the connection; the microphone stays as it is. Nothing happens without one. Another can be created then. */
  closeConnection(): void {
    const opened = this.#opened;
    if (opened === null) return;
    this.#opened = null;
    opened.voice.close();
    this.#tellState("closed", opened);
  }

  /** Ends the connection, closes the microphone and everything else that was opened. For good. */
  close(): void {
    if (this.#isClosed) return;
    this.closeConnection();
    this.#isClosed = true;
    this.#microphone.close();
  }

  #pairChannel(): PairChannel | null {
    const { signaling } = this.#options;
    if (signaling === undefined) return null;
    if ("watch" in signaling) return signaling;
    return greet({
      send: (data) => {
        try {
          signaling.send(data);
        } catch (cause) {
          this.#failed(new VOIPError("signaling-failed", { cause }));
        }
      },
      subscribe: (listener) => signaling.subscribe(listener),
    }, this.#platform.random);
  }

  #connection(onChange: () => void): VoiceConnection {
    const pairs = this.#pairs;
    const options = {
      platform: this.#platform,
      configuration: this.#configuration(),
      track: this.#microphone.track,
      onChange,
      onError: (error: VOIPError) => this.#failed(error),
    };
    return pairs !== null
      ? new AutomaticConnection({ ...options, pairs })
      : new ManualConnection({
        ...options,
        onCandidate: (candidate) =>
          this.#call(() => this.#options.onIceCandidate?.(candidate)),
      });
  }

  #changed(opened: Opened): void {
    if (opened !== this.#opened) return;
    this.#applySpeaker();
    const { state } = opened.voice;
    this.#tellState(state, opened);
    if (opened === this.#opened && state === "connected") {
      this.#tellAudio(opened);
    }
  }

  #tellState(state: RTCPeerConnectionState, opened: Opened): void {
    if (state === opened.toldState) return;
    opened.toldState = state;
    this.#call(() => this.#options.onConnectionStateChange?.(state));
    if (state === "failed") this.#failed(new VOIPError("connection-failed"));
  }

  #tellAudio(opened: Opened): void {
    const { voice: { audio }, userId } = opened;
    if (audio === null || audio === opened.toldAudio) return;
    opened.toldAudio = audio;
    this.#call(() => this.#options.onAudioStream?.(audio, userId));
  }

  #applySpeaker(): void {
    for (const track of this.#opened?.voice.audio?.getAudioTracks() ?? []) {
      track.enabled = !this.#speakerMuted;
    }
  }

  #configuration(): RTCConfiguration {
    const { iceServers = DEFAULT_ICE_SERVERS } = this.#options;
    if (!Array.isArray(iceServers)) throw new VOIPError("invalid-argument");
    return { iceServers: [...iceServers], bundlePolicy: "max-bundle" };
  }

  #manual(): ManualConnection {
    this.#assertOpen();
    if (this.#pairs !== null) throw new VOIPError("not-manual");
    const voice = this.#opened?.voice;
    if (!(voice instanceof ManualConnection)) {
      throw new VOIPError("no-connection");
    }
    return voice;
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new VOIPError("closed");
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

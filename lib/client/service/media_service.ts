/** Voice, video and screens with everyone in a room. */
import { Call } from "../call/call.ts";
import type { CallView, Participant } from "../call/call_view.ts";
import type { Activity } from "../media/activity.ts";
import { type DeviceList, listDevices } from "../media/devices.ts";
import { LocalMedia } from "../media/local_media.ts";
import type { Playback } from "../media/playback.ts";
import { browserPlatform, type Platform } from "../platform.ts";
import { RoomError } from "../voip/room_error.ts";
import type { Joiner } from "../voip/room_manager.ts";
import { CallSound } from "./call_sound.ts";
import { isPassing, joinAgain } from "./joining_again.ts";
import { MediaServiceError } from "./media_service_error.ts";
import type { MediaServiceOptions } from "./media_service_options.ts";
import { connectionOf, type MediaState, qualityOf } from "./media_state.ts";
import { OwnDevices } from "./own_devices.ts";

/**
 * A microphone, a camera, a screen, a speaker, and one room at a time with everyone in it. What the call page uses.
 *
 * ```ts
 * const media = new MediaService({
 *   baseUrl: "https://call.example",
 *   onPeer: ({ memberId, name, video, screen }) => {}, // show them
 *   onPeerLeft: (memberId) => {},
 *   onError: (error) => console.error(error.code),
 * });
 * await media.enableMicrophone();
 * await media.enableCamera();
 * await media.joinRoom(roomId, { name: "Ann" });
 * media.call.sendChat("Hello!");
 * ```
 *
 * What a callback throws is reported (`reportError`) and breaks nothing here.
 */
export class MediaService {
  /** What is open, for previews. */
  readonly media: LocalMedia;
  /** How each of the others is heard. */
  readonly playback: Playback;
  /** Who is speaking, and how loudly. */
  readonly activity: Activity;
  readonly #options: MediaServiceOptions;
  readonly #platform: Platform;
  readonly #sound: CallSound;
  readonly #devices: OwnDevices;
  readonly #unsubscribe: (() => void)[];
  #call: Call | null = null;
  /** Ends what belongs to the call. */
  #forget = () => {};
  #peers = new Map<string, Participant>();
  #toldConnection: RTCPeerConnectionState | null = null;
  #isClosed = false;

  /**
   * Nothing is opened by that.
   *
   * @throws {RangeError} for a master volume that is not 0 to 100.
   */
  constructor(options: MediaServiceOptions = {}) {
    this.#options = options;
    this.#platform = browserPlatform(options.platform);
    const { MediaStream } = this.#platform;
    this.media = options.media ?? new LocalMedia({ ...options, MediaStream });
    this.#sound = new CallSound({
      ...options,
      media: this.media,
      platform: this.#platform,
    });
    this.playback = this.#sound.playback;
    this.activity = this.#sound.activity;
    this.#devices = new OwnDevices(
      this.media,
      (error) => this.#tell(() => this.#options.onError?.(error)),
    );
    this.#unsubscribe = [
      this.media.subscribe(() => this.#tellState()),
      this.playback.subscribe(() => this.#tellState()),
    ];
  }

  /**
   * Opens the microphone, asking the person if need be, or ends its muting. Everyone in the room hears it from now on.
   *
   * @throws {MediaServiceError} `permission-denied`, `no-device`, `device-busy`, `insecure-page`, `device-failed`, `closed`; `cancelled`
   * when it was disabled meanwhile.
   */
  async enableMicrophone(): Promise<MediaStream> {
    this.#assertOpen();
    return await this.#devices.open("microphone");
  }

  /** Closes the microphone: the system's light goes out. The room stays. */
  disableMicrophone(): void {
    this.media.closeMicrophone();
  }

  /**
   * Silences the open microphone, at once and digitally, or ends that. It stays open.
   *
   * @throws {MediaServiceError} `device-off`, `closed`.
   */
  setMicrophoneMuted(muted: boolean): void {
    this.#assertOpen();
    this.#devices.setMicrophoneMuted(muted);
  }

  /**
   * Opens the camera, asking the person if need be. Everyone in the room sees it from now on.
   *
   * @throws {MediaServiceError} as `enableMicrophone`.
   */
  async enableCamera(): Promise<MediaStream> {
    this.#assertOpen();
    return await this.#devices.open("camera");
  }

  /** Closes the camera: its light goes out. */
  disableCamera(): void {
    this.media.disableCamera();
  }

  /**
   * Lets the person choose a screen, window or tab, and shares it, with its sound where the browser gives it. Only from a click. Gives its
   * picture.
   *
   * @throws {MediaServiceError} as `enableMicrophone`; `cancelled` also when the person chose nothing.
   */
  async startScreenShare(): Promise<MediaStream> {
    this.#assertOpen();
    return await this.#devices.open("screen");
  }

  /** Shares nothing any more. */
  stopScreenShare(): void {
    this.media.stopScreen();
  }

  /** Silences everybody, or ends that. */
  setSpeakerMuted(muted: boolean): void {
    this.#assertOpen();
    this.playback.setDeafened(muted);
  }

  /** Plays what the browser has held back until the person would click. Call it from a click. Never rejects: see `getState().speaker`. */
  async play(): Promise<void> {
    await this.playback.play();
  }

  /** The microphones, cameras and speakers that there are now. They have names once one was allowed. Never rejects. */
  async getDevices(): Promise<DeviceList> {
    const { mediaDevices } = this.#options;
    return mediaDevices !== undefined && "enumerateDevices" in mediaDevices
      ? await listDevices(mediaDevices as MediaDevices)
      : await listDevices();
  }

  /** Uses another microphone, at once if one is open. undefined: the browser's choice. */
  async chooseMicrophone(deviceId: string | undefined): Promise<void> {
    await this.media.chooseMicrophone(deviceId);
  }

  /** Uses another camera, at once if one is open. undefined: the browser's choice. */
  async chooseCamera(deviceId: string | undefined): Promise<void> {
    await this.media.chooseCamera(deviceId);
  }

  /** Plays through another speaker. undefined: the system's choice. */
  chooseSpeaker(deviceId: string | undefined): void {
    this.playback.chooseSpeaker(deviceId);
  }

  /**
   * Joins a room and connects with everyone in it. Resolves once the server has welcomed this member; the room stays until `leaveRoom`,
   * through losses of the network. Devices may be enabled before or after. While the server cannot be reached it is tried on and on, and
   * told by `onError`.
   *
   * @param room its id or slug.
   * @throws {ProtocolError} such as `room-not-found`, `room-full`, `room-locked`, `pin-required`, `pin-wrong`, `invalid-message`.
   * @throws {NetworkError} `bad-response`.
   * @throws {RoomError} `already-joined`, also while it is being joined; `left` when it was left, or ended, meanwhile.
   * @throws {MediaServiceError} `webrtc-missing`, `closed`.
   */
  async joinRoom(room: string, joiner: Joiner): Promise<void> {
    this.#assertOpen();
    if (this.#isInRoom) throw new RoomError("already-joined");
    if (this.#platform.RTCPeerConnection === undefined) {
      throw new MediaServiceError("webrtc-missing");
    }
    const { baseUrl } = this.#options;
    const platform = this.#platform;
    const { media } = this;
    const call = new Call({ ...joiner, room, media, baseUrl, platform });
    this.#forget();
    this.#call = call;
    const outcome = outcomeOf(call);
    const endings = [
      joinAgain(call, platform),
      call.subscribe((view) => this.#callChanged(view)),
    ];
    this.#forget = () => {
      for (const end of endings) end();
    };
    // The request for a seat goes out first.
    call.start();
    this.#sound.setCall(call);
    this.#callChanged(call.view);
    await outcome;
  }

  /**
   * The call in the room that was joined last: for chat, raised hands, what is shown, and a host's commands. It may be over.
   *
   * @throws {RoomError} `not-joined`: there was none yet.
   */
  get call(): Call {
    if (this.#call === null) throw new RoomError("not-joined");
    return this.#call;
  }

  /** How things are now. The input level is measured at each call. */
  getState(): Readonly<MediaState> {
    const { microphone, camera, screen } = this.media.view;
    const { deafened, blocked } = this.playback.view;
    const view = this.#call?.view ?? null;
    return {
      microphone: microphone.status,
      camera: camera.status,
      screen: screen.status,
      speaker: deafened ? "muted" : blocked ? "blocked" : "on",
      connection: this.getConnectionState(),
      inputLevel: this.#isClosed ? 0 : this.#sound.inputLevel,
      quality: view === null ? 0 : qualityOf(view),
      peers: view?.participants ?? [],
    };
  }

  /**
   * Of the room: `connecting` while it is being joined, `connected`, `disconnected` while the server cannot be reached (sound and pictures
   * go on), `failed` when it could not be joined; null before, and when it was left. Each peer has a connection of its own.
   */
  getConnectionState(): RTCPeerConnectionState | null {
    return this.#call && connectionOf(this.#call.view);
  }

  /**
   * Gives the seat back. Devices stay as they are, and another room may be joined. Resolves within 1 s.
   *
   * @throws {RoomError} `not-joined`.
   */
  async leaveRoom(): Promise<void> {
    if (!this.#isInRoom) throw new RoomError("not-joined");
    await this.#call?.leave();
    // Told a moment later; here it is over now.
    this.#callChanged(this.#call!.view);
  }

  /** Leaves the room, closes the devices and everything else that was opened. For good. Resolves within 1 s. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const end of this.#unsubscribe) end();
    this.#devices.close();
    this.#sound.close();
    if (this.#options.media === undefined) this.media.close();
    if (this.#isInRoom) await this.leaveRoom();
    this.#forget();
  }

  get #isInRoom(): boolean {
    const state = this.#call?.view.state;
    return state !== undefined && state.phase !== "ended" &&
      (state.phase !== "failed" || isPassing(state.error.code));
  }

  #callChanged(view: CallView): void {
    const { state } = view;
    const connection = connectionOf(view);
    const isNew = connection !== this.#toldConnection;
    this.#toldConnection = connection;
    this.#tellPeers(view.participants);
    if (isNew) {
      const told = connection ?? "closed";
      this.#tell(() => this.#options.onConnectionStateChange?.(told));
      if (state.phase === "failed" && isPassing(state.error.code)) {
        this.#tell(() => this.#options.onError?.(state.error));
      } else if (state.phase === "ended") {
        this.#tell(() => this.#options.onEnd?.(state.reason));
      }
    }
    if (!this.#isInRoom) this.#sound.setCall(null);
    this.#tellState();
  }

  #tellPeers(participants: readonly Participant[]): void {
    const before = this.#peers;
    this.#peers = new Map(participants.map((peer) => [peer.memberId, peer]));
    for (const peer of participants) {
      if (before.get(peer.memberId) === peer) continue;
      this.#tell(() => this.#options.onPeer?.(peer));
    }
    for (const memberId of before.keys()) {
      if (this.#peers.has(memberId)) continue;
      this.#tell(() => this.#options.onPeerLeft?.(memberId));
    }
  }

  #tellState(): void {
    this.#tell(() => this.#options.onStateChange?.());
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new MediaServiceError("closed");
  }

  /** Calls what the user of this service gave. */
  #tell(callback: () => void): void {
    try {
      callback();
    } catch (error) {
      reportError(error);
    }
  }
}

/** Resolves once the call is live; rejects when that will not be. */
async function outcomeOf(call: Call): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const end = call.subscribe(({ state }) => {
    if (state.phase === "live") resolve();
    else if (state.phase === "ended") reject(new RoomError("left"));
    else if (state.phase === "failed" && !isPassing(state.error.code)) {
      reject(state.error);
    }
  });
  try {
    await promise;
  } finally {
    end();
  }
}

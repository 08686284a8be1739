/** Tracks and streams that hold nothing. */
export class FakeTrack extends EventTarget {
  static #count = 0;
  readonly id = `track ${++FakeTrack.#count}`;
  enabled = true;
  muted = false;
  contentHint = "";
  readyState: "live" | "ended" = "live";
  readonly label: string;
  /** Every clone that was made of it. */
  readonly clones: FakeTrack[] = [];
  readonly #deviceId: string | undefined;

  constructor(
    readonly kind: "audio" | "video",
    { label = "", deviceId }: { label?: string; deviceId?: string } = {},
  ) {
    super();
    this.label = label;
    this.#deviceId = deviceId;
  }

  getSettings(): MediaTrackSettings {
    const size = this.kind === "video" ? { width: 1280, height: 720 } : {};
    return { deviceId: this.#deviceId, ...size };
  }

  clone(): FakeTrack {
    const clone = new FakeTrack(this.kind, { label: this.label });
    clone.enabled = this.enabled;
    this.clones.push(clone);
    return clone;
  }

  stop(): void {
    this.readyState = "ended";
  }

  /** As when a switch on the device is used. */
  setMuted(muted: boolean): void {
    this.muted = muted;
    this.dispatchEvent(new Event(muted ? "mute" : "unmute"));
  }

  /** As when the device is pulled out. */
  end(): void {
    this.readyState = "ended";
    this.dispatchEvent(new Event("ended"));
  }
}

export class FakeStream {
  readonly #tracks: FakeTrack[];

  constructor(tracks: FakeTrack[] = []) {
    this.#tracks = [...tracks];
  }

  getTracks(): FakeTrack[] {
    return [...this.#tracks];
  }

  getAudioTracks(): FakeTrack[] {
    return this.#tracks.filter(({ kind }) => kind === "audio");
  }

  getVideoTracks(): FakeTrack[] {
    return this.#tracks.filter(({ kind }) => kind === "video");
  }
}

export const FakeMediaStream = FakeStream as unknown as typeof MediaStream;

/** A track as the library's types want it. */
export function fakeTrack(kind: "audio" | "video"): MediaStreamTrack {
  return new FakeTrack(kind) as unknown as MediaStreamTrack;
}

/** A device as `enumerateDevices` tells of it. */
export function deviceInfo(
  kind: MediaDeviceKind,
  deviceId: string,
  label = deviceId,
  groupId = label,
): MediaDeviceInfo {
  return { kind, deviceId, label, groupId, toJSON: () => ({}) };
}

/** Devices that open at once, or fail with a DOMException of the given name. */
export class FakeMediaDevices extends EventTarget {
  /** The DOMException that each kind fails with. */
  failure: { audio?: string; video?: string } = {};
  /** What is plugged in; empty: whatever is asked for. */
  plugged: MediaDeviceInfo[] = [];
  /** As on phones: the second of a kind is busy while one is open. */
  holdsOnlyOne = false;
  /** Every track that was ever opened. */
  readonly tracks: FakeTrack[] = [];
  /** What was asked for, oldest first. */
  readonly asked: MediaStreamConstraints[] = [];
  /** The most questions that a person was ever asked at a time. */
  mostQuestions = 0;
  /** How many listen for changes. */
  watchers = 0;
  #questions = 0;
  /** Asked for but not opened until the test says so. */
  #held: (() => void)[] | null = null;

  /** From now on nothing is opened until `release`. */
  hold(): void {
    this.#held = [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const go of held) go();
  }

  /** Changes what is plugged in. Open tracks of what is pulled out end. */
  plug(...plugged: MediaDeviceInfo[]): void {
    this.plugged = plugged;
    for (const track of this.tracks) {
      const { deviceId } = track.getSettings();
      const isThere = plugged.some((one) => one.deviceId === deviceId);
      if (!isThere && track.readyState === "live") track.end();
    }
    this.dispatchEvent(new Event("devicechange"));
  }

  override addEventListener(
    ...args: Parameters<EventTarget["addEventListener"]>
  ): void {
    this.watchers++;
    super.addEventListener(...args);
  }

  override removeEventListener(
    ...args: Parameters<EventTarget["removeEventListener"]>
  ): void {
    this.watchers--;
    super.removeEventListener(...args);
  }

  enumerateDevices = (): Promise<MediaDeviceInfo[]> =>
    Promise.resolve([...this.plugged]);

  getUserMedia = async (
    constraints: MediaStreamConstraints = {},
  ): Promise<MediaStream> => {
    this.asked.push(constraints);
    this.mostQuestions = Math.max(this.mostQuestions, ++this.#questions);
    await null;
    this.#questions--;
    const held = this.#held;
    if (held) await new Promise<void>((resolve) => held.push(resolve));
    const kinds = (["audio", "video"] as const).filter((k) => constraints[k]);
    const infos = kinds.map((kind) => this.#find(kind, constraints[kind]));
    const tracks = kinds.map((kind, i) => new FakeTrack(kind, infos[i]));
    this.tracks.push(...tracks);
    return new FakeStream(tracks) as unknown as MediaStream;
  };

  /** How many are open. */
  get open(): number {
    return this.tracks.filter(({ readyState }) => readyState === "live").length;
  }

  /** The deviceId of everything that is open. */
  get openDevices(): (string | undefined)[] {
    return this.tracks.filter(({ readyState }) => readyState === "live")
      .map((track) => track.getSettings().deviceId);
  }

  #find(kind: "audio" | "video", wish: MediaStreamConstraints["audio"]) {
    const failure = this.failure[kind];
    if (failure) throw new DOMException("fake", failure);
    const isBusy = this.holdsOnlyOne &&
      this.tracks.some((one) => one.kind === kind && one.readyState === "live");
    if (isBusy) throw new DOMException("fake", "NotReadableError");
    const { deviceId } = Object(wish) as MediaTrackConstraints;
    const exact = (deviceId as ConstrainDOMStringParameters)?.exact;
    if (this.plugged.length === 0) return { deviceId: exact as string };
    const ofKind = this.plugged.filter((one) => one.kind === `${kind}input`);
    if (ofKind.length === 0) throw new DOMException("fake", "NotFoundError");
    const found = exact === undefined
      ? ofKind[0]
      : ofKind.find((one) => one.deviceId === exact);
    if (!found) throw new DOMException("fake", "OverconstrainedError");
    return found;
  }
}

/** A screen that is shared as the test says, or refused with a DOMException. */
export class FakeScreens {
  refusal: DOMException | null = null;
  /** Whether the browser gives sound, too. */
  sound = true;
  readonly tracks: FakeTrack[] = [];
  readonly asked: DisplayMediaStreamOptions[] = [];

  getUserMedia = (): Promise<MediaStream> =>
    Promise.reject(new DOMException("fake", "NotFoundError"));

  getDisplayMedia = async (
    options: DisplayMediaStreamOptions = {},
  ): Promise<MediaStream> => {
    this.asked.push(options);
    await null;
    if (this.refusal) throw this.refusal;
    const tracks = [new FakeTrack("video")];
    if (this.sound) tracks.push(new FakeTrack("audio"));
    this.tracks.push(...tracks);
    return new FakeStream(tracks) as unknown as MediaStream;
  };

  get open(): number {
    return this.tracks.filter(({ readyState }) => readyState === "live").length;
  }
}

/** What a page may do, and a browser that changes its mind. */
export class FakePermissions {
  readonly #statuses = new Map<string, EventTarget & { state: string }>();

  query = ({ name }: { name: string }): Promise<PermissionStatus> =>
    Promise.resolve(this.#of(name) as unknown as PermissionStatus);

  set(name: string, state: PermissionState): void {
    const status = this.#of(name);
    status.state = state;
    status.dispatchEvent(new Event("change"));
  }

  #of(name: string) {
    const known = this.#statuses.get(name);
    if (known) return known;
    const status = Object.assign(new EventTarget(), { state: "granted" });
    this.#statuses.set(name, status);
    return status;
  }
}

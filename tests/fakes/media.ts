/** Tracks and streams that hold nothing. */
export class FakeTrack extends EventTarget {
  static #count = 0;
  readonly id = `track ${++FakeTrack.#count}`;
  enabled = true;
  readyState: "live" | "ended" = "live";
  readonly label: string;

  constructor(readonly kind: "audio" | "video", label = "") {
    super();
    this.label = label;
  }

  stop(): void {
    this.readyState = "ended";
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
}

export const FakeMediaStream = FakeStream as unknown as typeof MediaStream;

/** A track as the library's types want it. */
export function fakeTrack(kind: "audio" | "video"): MediaStreamTrack {
  return new FakeTrack(kind) as unknown as MediaStreamTrack;
}

/** Devices that open at once, or fail with a DOMException of the given name. */
export class FakeMediaDevices {
  /** The DOMException that each kind fails with. */
  failure: { audio?: string; video?: string } = {};
  /** Every track that was ever opened. */
  readonly tracks: FakeTrack[] = [];
  /** What was asked for, oldest first. */
  readonly asked: MediaStreamConstraints[] = [];
  /** The most questions that a person was ever asked at a time. */
  mostQuestions = 0;
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
    for (const kind of kinds) {
      const name = this.failure[kind];
      if (name) throw new DOMException("fake", name);
    }
    const tracks = kinds.map((kind) => new FakeTrack(kind));
    this.tracks.push(...tracks);
    return new FakeStream(tracks) as unknown as MediaStream;
  };

  /** How many are open. */
  get open(): number {
    return this.tracks.filter(({ readyState }) => readyState === "live").length;
  }
}

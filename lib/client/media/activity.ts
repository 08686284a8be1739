/**
 * Who is speaking, and what people do not notice of their own microphone.
 *
 * Everything is measured on the streams, by Web Audio: that is the same for one's own microphone, for mesh and SFU, and for encrypted media.
 * `RTCRtpReceiver.getSynchronizationSources` would spare a node per person, but knows only the others, and believes the level that a
 * sender states in the packet (RFC 6464).
 */
import { type Clock, SYSTEM_CLOCK } from "../../protocol/clock.ts";
import type { Participant } from "../call/call_view.ts";
import { Emitter } from "../emitter.ts";
import { ActiveSpeaker } from "./active_speaker.ts";
import type { LocalDeviceState } from "./local_device.ts";
import type { LocalMediaView } from "./local_media.ts";
import { MicrophoneWatch } from "./microphone_watch.ts";
import { SoundContext } from "./sound_context.ts";
import { SpeechMeter } from "./speech_meter.ts";

/** Time between two looks, in milliseconds. */
const INTERVAL_MS = 100;

/** What is going on at one moment. Never changed; a new object stands for a new state. */
export interface ActivityView {
  /** The memberIds of all who are speaking now, oneself among them. */
  readonly speaking: ReadonlySet<string>;
  /** The other who speaks, or was the last to; it does not change with every word. Null before anyone has spoken. */
  readonly activeSpeaker: string | null;
  /** This person talks, and nobody hears it. */
  readonly talkingWhileMuted: boolean;
  /** The open microphone has given digital silence for 8 s: the wrong device, or its own switch is off. */
  readonly silentMicrophone: boolean;
}

/** What an `Activity` may be given. */
export interface ActivityOptions {
  /** To share with `Playback`. Without one the activity makes its own, and closes it. */
  soundContext?: SoundContext;
  /** Default: the system's. */
  clock?: Clock;
  /** Default: the browser's. */
  MediaStream?: typeof MediaStream;
}

const QUIET: ActivityView = {
  speaking: new Set(),
  activeSpeaker: null,
  talkingWhileMuted: false,
  silentMicrophone: false,
};

/** Watches the sound of everyone in a call, ten times a second while there is any. */
export class Activity {
  readonly #options: ActivityOptions;
  readonly #clock: Clock;
  readonly #soundContext: SoundContext;
  readonly #listeners = new Emitter<ActivityView>();
  readonly #activeSpeaker = new ActiveSpeaker();
  /** By memberId: of every other whose microphone is on. */
  readonly #meters = new Map<string, SpeechMeter>();
  #others: readonly string[] = [];
  #me: string | null = null;
  #microphone: MicrophoneWatch | null = null;
  #view = QUIET;
  #stopLooking: (() => void) | null = null;
  #isClosed = false;

  /** Nothing is opened by that. */
  constructor(options: ActivityOptions = {}) {
    this.#options = options;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#soundContext = options.soundContext ?? new SoundContext();
  }

  /** What is going on now. */
  get view(): ActivityView {
    return this.#view;
  }

  /** Calls `listener` after every change, at once. The function that comes back ends that. */
  subscribe(listener: (view: ActivityView) => void): () => void {
    return this.#listeners.subscribe(listener);
  }

  /** How loud that person is, 0 to 100, ten times a second: for meters that draw themselves. 0 for who is muted or unknown. */
  level(memberId: string): number {
    if (memberId === this.#me) return this.#microphone?.level ?? 0;
    return this.#meters.get(memberId)?.level ?? 0;
  }

  /** Watches those people from now on, and nobody else. `me`: null before one is in the room. */
  update(
    me: Participant | null,
    local: LocalMediaView,
    participants: readonly Participant[],
  ): void {
    if (this.#isClosed) return;
    this.#me = me?.memberId ?? null;
    this.#others = participants.map(({ memberId }) => memberId);
    this.#watchMicrophone(me === null ? { status: "off" } : local.microphone);
    this.#measure(participants);
    if (this.#meters.size > 0 || this.#microphone !== null) {
      this.#stopLooking ??= this.#clock.after(INTERVAL_MS, () => this.#look());
    } else this.#rest();
    this.#tell();
  }

  /** Gives back what was opened. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#rest();
    this.#measure([]);
    this.#watchMicrophone({ status: "off" });
    if (this.#options.soundContext === undefined) this.#soundContext.close();
    this.#listeners.clear();
  }

  #watchMicrophone(microphone: LocalDeviceState): void {
    if (microphone === this.#microphone?.microphone) return;
    this.#microphone?.close();
    this.#microphone = "track" in microphone
      ? new MicrophoneWatch(microphone, this.#clock.monotonic(), {
        soundContext: this.#soundContext,
        MediaStream: this.#options.MediaStream ?? globalThis.MediaStream,
      })
      : null;
  }

  #measure(participants: readonly Participant[]): void {
    const heard = new Map<string, MediaStream>();
    for (const { memberId, microphoneOn, audio } of participants) {
      if (microphoneOn && audio !== null) heard.set(memberId, audio);
    }
    for (const [memberId, meter] of this.#meters) {
      if (heard.get(memberId) === meter.stream) continue;
      meter.close();
      this.#meters.delete(memberId);
    }
    const now = this.#clock.monotonic();
    for (const [memberId, stream] of heard) {
      if (this.#meters.has(memberId)) continue;
      const meter = new SpeechMeter(stream, this.#soundContext, now);
      this.#meters.set(memberId, meter);
    }
  }

  #look(): void {
    const now = this.#clock.monotonic();
    this.#stopLooking = this.#clock.after(INTERVAL_MS, () => this.#look());
    for (const meter of this.#meters.values()) meter.look(now);
    this.#microphone?.look(now);
    this.#tell();
  }

  #rest(): void {
    this.#stopLooking?.();
    this.#stopLooking = null;
  }

  #tell(): void {
    const before = this.#view;
    const view = this.#see();
    const isSame = view.speaking === before.speaking &&
      view.activeSpeaker === before.activeSpeaker &&
      view.talkingWhileMuted === before.talkingWhileMuted &&
      view.silentMicrophone === before.silentMicrophone;
    if (isSame) return;
    this.#view = view;
    this.#listeners.emit(view);
  }

  #see(): ActivityView {
    const speaking = new Set<string>();
    const levels = new Map<string, number>();
    for (const memberId of this.#others) {
      const meter = this.#meters.get(memberId);
      levels.set(memberId, meter?.isSpeaking ? meter.level : 0);
      if (meter?.isSpeaking) speaking.add(memberId);
    }
    if (this.#me !== null && this.#microphone?.isSpeaking) {
      speaking.add(this.#me);
    }
    const before = this.#view.speaking;
    const isSame = speaking.symmetricDifference(before).size === 0;
    return {
      speaking: isSame ? before : speaking,
      activeSpeaker: this.#activeSpeaker
        .update(levels, this.#clock.monotonic()),
      talkingWhileMuted: this.#microphone?.isTalkingWhileMuted ?? false,
      silentMicrophone: this.#microphone?.isSilent ?? false,
    };
  }
}

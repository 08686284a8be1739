/** Plays everyone's sound: voices, and what belongs to shared screens. */
import type { Participant } from "../call/call_view.ts";
import { Emitter } from "../emitter.ts";
import type { MediaFailure, WatchedDevices } from "./devices.ts";
import { SoundContext } from "./sound_context.ts";
import { SoundPlayer } from "./sound_player.ts";
import { Speaker } from "./speaker.ts";

/** How one person is heard here. */
export interface PersonVolume {
  /** 0 to 200 percent. */
  readonly volume: number;
  /** Silent for this listener only. */
  readonly muted: boolean;
}

/** What is played, and how, at one moment. Never changed; a new object stands for a new state. */
export interface PlaybackView {
  /** Everything is silent. */
  readonly deafened: boolean;
  /** 0 to 100 percent of everyone's own volume. */
  readonly masterVolume: number;
  /** The speaker that was chosen; undefined: the system's choice. */
  readonly speakerId: string | undefined;
  /** The chosen speaker is not there; the system's choice stands in until it is. */
  readonly speakerMissing: boolean;
  /** Why the browser would not use the chosen speaker, which is there; null: it does. The one before stands in: see `play`. */
  readonly speakerRefusal: MediaFailure | null;
  /** What the sound comes out of; empty: the system's choice. */
  readonly speakerInUse: string;
  /** Whether this browser lets a page choose a speaker at all. */
  readonly canChooseSpeaker: boolean;
  /** The browser wants the page to be touched before it plays (autoplay policy): call `play` from a click. */
  readonly blocked: boolean;
  /** Everyone who is in the call, by memberId. */
  readonly people: ReadonlyMap<string, PersonVolume>;
}

/** What a `Playback` may be given. */
export interface PlaybackOptions {
  /** 0 to 100. Default 100. */
  masterVolume?: number;
  /** From an earlier call. It need not be there now. */
  speakerId?: string;
  /** To share with `Activity`. Without one the playback makes its own, and closes it. */
  soundContext?: SoundContext;
  /** Makes the elements that play; default: `<audio>` at the end of the body. */
  createElement?: () => HTMLAudioElement;
  /** Default `navigator.mediaDevices`. */
  mediaDevices?: WatchedDevices;
}

/** What is known of somebody by default. */
const AS_IT_COMES: PersonVolume = { volume: 100, muted: false };

/** The sounds of one person. */
const SOUNDS = ["audio", "screenAudio"] as const;

/** Plays every person's voice and shared sound, each as loud as this listener wants. */
export class Playback {
  readonly #options: PlaybackOptions;
  readonly #createElement: () => HTMLAudioElement;
  readonly #soundContext: SoundContext;
  readonly #speaker: Speaker;
  readonly #listeners = new Emitter<PlaybackView>();
  /** By memberId and kind of sound. */
  readonly #players = new Map<string, SoundPlayer>();
  #people = new Map<string, PersonVolume>();
  #masterVolume: number;
  #deafened = false;
  #isClosed = false;
  #view: PlaybackView;

  /**
   * Plays nothing yet.
   *
   * @throws {RangeError} for a master volume that is not 0 to 100.
   */
  constructor(options: PlaybackOptions = {}) {
    this.#options = options;
    this.#createElement = options.createElement ?? (() => appendAudio());
    this.#soundContext = options.soundContext ?? new SoundContext();
    this.#masterVolume = percent(options.masterVolume ?? 100, 100);
    this.#speaker = new Speaker(options.mediaDevices, () => {
      for (const player of this.#players.values()) this.#route(player);
      this.#changed();
    });
    this.#view = this.#look();
    this.#speaker.choose(options.speakerId);
  }

  /** What is played, and how, now. */
  get view(): PlaybackView {
    return this.#view;
  }

  /** Calls `listener` after every change, at once. The function that comes back ends that. */
  subscribe(listener: (view: PlaybackView) => void): () => void {
    return this.#listeners.subscribe(listener);
  }

  /** Plays those people from now on, and nobody else. New sounds begin at once. */
  update(participants: readonly Participant[]): void {
    if (this.#isClosed) return;
    const wanted = new Set<string>();
    for (const person of participants) {
      for (const sound of SOUNDS) {
        const stream = person[sound];
        if (stream === null) continue;
        const key = keyOf(person.memberId, sound);
        wanted.add(key);
        this.#play(key, person.memberId, stream);
      }
    }
    for (const [key, player] of this.#players) {
      if (wanted.has(key)) continue;
      player.close();
      this.#players.delete(key);
    }
    this.#know(participants);
  }

  /**
   * How loud one person is here, in percent. Nothing happens if they have left.
   *
   * @throws {RangeError} for what is not 0 to 200.
   */
  setVolume(memberId: string, volume: number): void {
    this.#setPerson(memberId, { volume: percent(volume, 200) });
  }

  /** Silences one person here, or ends that. Nothing happens if they have left. */
  setMuted(memberId: string, muted: boolean): void {
    this.#setPerson(memberId, { muted });
  }

  /** Silences everything, or ends that: everyone is then as loud as before. */
  setDeafened(deafened: boolean): void {
    this.#deafened = deafened;
    this.#adjustAll();
  }

  /**
   * How loud everything is, in percent of each person's own volume.
   *
   * @throws {RangeError} for what is not 0 to 100.
   */
  setMasterVolume(masterVolume: number): void {
    this.#masterVolume = percent(masterVolume, 100);
    this.#adjustAll();
  }

  /** Plays through that device; undefined or `default`: the system's choice. One that is not there is used as soon as it is. */
  chooseSpeaker(deviceId: string | undefined): void {
    this.#speaker.choose(deviceId);
  }

  /**
   * Tries again what the browser had refused: to play, or to use the chosen speaker. Call it from a click, and when the microphone has been
   * allowed. It may refuse again. Never rejects: see `view.blocked`.
   */
  async play(): Promise<void> {
    this.#soundContext.resume();
    this.#speaker.retry();
    const players = [...this.#players.values()];
    await Promise.all(players.map((player) => player.play()));
  }

  /** Ends all sound and gives back what was opened. */
  close(): void {
    if (this.#isClosed) return;
    this.update([]);
    this.#isClosed = true;
    this.#speaker.close();
    if (this.#options.soundContext === undefined) this.#soundContext.close();
    this.#listeners.clear();
  }

  #play(key: string, memberId: string, stream: MediaStream): void {
    const player = this.#players.get(key);
    if (player !== undefined) return player.setStream(stream);
    const begun = new SoundPlayer(stream, {
      createElement: this.#createElement,
      soundContext: this.#soundContext,
      onBlocked: () => this.#changed(),
      onSpeaker: (deviceId, failure) => this.#speaker.tried(deviceId, failure),
    });
    this.#players.set(key, begun);
    this.#adjust(begun, memberId);
    this.#route(begun);
  }

  /** Keeps what is set for those who are there, and forgets who has left. */
  #know(participants: readonly Participant[]): void {
    const before = this.#people;
    const people = participants.map(({ memberId }) =>
      [memberId, before.get(memberId) ?? AS_IT_COMES] as const
    );
    this.#people = new Map(people);
    const isSame = before.size === people.length &&
      people.every(([memberId]) => before.has(memberId));
    if (!isSame) this.#changed();
  }

  #setPerson(memberId: string, change: Partial<PersonVolume>): void {
    const before = this.#people.get(memberId);
    if (before === undefined) return;
    this.#people = new Map(this.#people);
    this.#people.set(memberId, { ...before, ...change });
    this.#adjustAll();
  }

  #adjustAll(): void {
    for (const memberId of this.#people.keys()) {
      for (const sound of SOUNDS) {
        const player = this.#players.get(keyOf(memberId, sound));
        if (player !== undefined) this.#adjust(player, memberId);
      }
    }
    this.#changed();
  }

  #adjust(player: SoundPlayer, memberId: string): void {
    const { volume, muted } = this.#people.get(memberId) ?? AS_IT_COMES;
    player.setLoudness({
      volume,
      masterVolume: this.#masterVolume,
      muted: muted || this.#deafened,
    });
  }

  #route(player: SoundPlayer): void {
    player.setSpeaker(this.#speaker.deviceId);
  }

  #changed(): void {
    this.#view = this.#look();
    this.#listeners.emit(this.#view);
  }

  #look(): PlaybackView {
    return {
      deafened: this.#deafened,
      masterVolume: this.#masterVolume,
      speakerId: this.#speaker.chosen,
      speakerMissing: this.#speaker.isMissing,
      speakerRefusal: this.#speaker.refusal,
      speakerInUse: this.#speaker.deviceId,
      canChooseSpeaker: this.#speaker.canChoose,
      blocked: [...this.#players.values()].some(({ isBlocked }) => isBlocked),
      people: this.#people,
    };
  }
}

function keyOf(memberId: string, sound: typeof SOUNDS[number]): string {
  return `${sound} ${memberId}`;
}

function percent(value: number, most: number): number {
  if (value >= 0 && value <= most) return value;
  throw new RangeError(`a volume is 0 to ${most}, not ${value}`);
}

/** Puts an element, a new one by default, at the end of the body. */
export function appendAudio(
  audio: HTMLAudioElement = document.createElement("audio"),
): HTMLAudioElement {
  document.body.append(audio);
  return audio;
}

/** A call from the first click to the last: the face of this library. */
import type { TrackKind } from "../protocol/messages.ts";
import type { CallView, Participant } from "./call_view.ts";
import { Chat } from "./chat.ts";
import { Emitter } from "./emitter.ts";
import type { LocalMedia } from "./local_media.ts";
import { Membership } from "./membership.ts";
import {
  localParticipant,
  remoteParticipant,
  unlessChanged,
} from "./participants.ts";
import { browserPlatform, type Platform } from "./platform.ts";

export interface CallOptions {
  /** The room's id or slug. */
  room: string;
  /** The name to show to the others, 1 to 64 characters. */
  name: string;
  /** Where the room wants one. */
  pin?: string;
  /** From the room's creation: whoever joins with it is a host. */
  hostToken?: string;
  /** `view.token` of an earlier life of this page (sessionStorage), to keep the member through a reload. */
  token?: string;
  /** Owned by the caller: the call switches it but does not close it. */
  media: LocalMedia;
  /** Origin of the service. Default: `location.origin`. */
  baseUrl?: string;
  /** In place of the browser's own. */
  platform?: Partial<Platform>;
}

/** One person's part in one call. */
export class Call {
  readonly #media: LocalMedia;
  readonly #membership: Membership;
  readonly #chat: Chat;
  readonly #name: string;
  readonly #listeners = new Emitter<CallView>();
  #handRaised = false;
  #stopMedia = () => {};
  /** Null when something has changed since it was made. */
  #view: CallView | null = null;
  #isTelling = false;
  readonly #lastSeen = new Map<string, Participant>();

  constructor(options: CallOptions) {
    const { room, name, pin, hostToken, token = null, media } = options;
    const baseUrl = options.baseUrl ?? location.origin;
    const platform = browserPlatform(options.platform);
    const { clock, fetch } = platform;
    const onChange = () => this.#changed();
    this.#media = media;
    this.#name = name;
    this.#chat = new Chat(clock, onChange);
    this.#membership = new Membership({
      seat: { room, name, pin, hostToken, baseUrl, fetch },
      token,
      platform,
      chat: this.#chat,
      onMute: (kind) => this.#asked(kind),
      onChange,
    });
  }

  /** What there is to show now. Never changed; a new object after every change. */
  get view(): CallView {
    return this.#view ??= this.#look();
  }

  /** Calls `listener` after changes, once for all changes of one turn of the event loop. The function that comes back ends that. */
  subscribe(listener: (view: CallView) => void): () => void {
    return this.#listeners.subscribe(listener);
  }

  /**
   * Joins and connects. Resolves once the call is live, has failed or has ended. Never rejects: failures are in `view.state`. After
   * `failed` it may be called again.
   */
  async start(): Promise<void> {
    this.#stopMedia();
    this.#stopMedia = this.#media.subscribe(() => this.#mediaChanged());
    this.#mediaChanged();
    await this.#membership.start();
  }

  /** Opens, unmutes or mutes the microphone. Never rejects: the outcome is in the media's view. */
  async setMicrophone(on: boolean): Promise<void> {
    if (on) await this.#media.enableMicrophone();
    else this.#media.disableMicrophone();
  }

  /** Opens or closes the camera. Never rejects: the outcome is in the media's view. */
  async setCamera(on: boolean): Promise<void> {
    if (on) await this.#media.enableCamera();
    else this.#media.disableCamera();
  }

  /** Raises this person's hand, or takes it down. */
  setHandRaised(handRaised: boolean): void {
    if (handRaised === this.#handRaised) return;
    this.#handRaised = handRaised;
    this.#membership.announce("presence", { type: "presence", handRaised });
    this.#changed();
  }

  /**
   * Sends text to everyone in the room, exactly once and in order, kept until they can be reached.
   *
   * @throws {ProtocolError} `invalid-message` when it is blank or over 4,000 characters.
   */
  sendChat(text: string): void {
    const { memberId, name } = this.#membership.facts.me ??
      { memberId: "", name: this.#name };
    this.#chat.send(text, memberId, name);
  }

  /** Host: asks a member to switch something off. */
  muteMember(memberId: string, kind: TrackKind): void {
    this.#membership.session?.send({ type: "mute", memberId, kind });
  }

  /** Host: ends a member's seat. */
  removeMember(memberId: string): void {
    this.#membership.session?.send({ type: "remove", memberId });
  }

  /** Host: nobody new may join while the room is locked. */
  lockRoom(locked: boolean): void {
    this.#membership.session?.send({ type: "lock", locked });
  }

  /** Host: closes the room for everyone. */
  endRoom(): void {
    this.#membership.session?.send({ type: "end" });
  }

  /** Gives the seat back and closes everything but the media. Resolves within 1 s. A page that is only reloaded does not call it. */
  async leave(): Promise<void> {
    this.#stopMedia();
    await this.#membership.leave();
  }

  #mediaChanged(): void {
    const { microphone, camera } = this.#media.view;
    this.#membership.setTracks({
      // A muted microphone is sent on: its silence is digital, and the path stays warm.
      microphone: "track" in microphone ? microphone.track : null,
      camera: "track" in camera ? camera.track : null,
    });
    this.#announceTrack("audio", microphone.status === "on");
    this.#announceTrack("video", camera.status === "on");
    this.#changed();
  }

  #announceTrack(kind: TrackKind, enabled: boolean): void {
    this.#membership.announce(kind, { type: "track-state", kind, enabled });
  }

  /** A host asks to switch something off. Switching on is never another's. */
  #asked(kind: TrackKind): void {
    if (kind === "audio") this.#media.disableMicrophone();
    else if (kind === "video") this.#media.disableCamera();
  }

  #changed(): void {
    this.#view = null;
    if (this.#isTelling) return;
    this.#isTelling = true;
    queueMicrotask(() => {
      this.#isTelling = false;
      this.#listeners.emit(this.view);
    });
  }

  #look(): CallView {
    const { session, mesh, facts: { me: _, ...facts } } = this.#membership;
    const participants: Participant[] = [];
    for (const [memberId, info] of session?.peers ?? []) {
      const peer = mesh?.peers.get(memberId);
      participants.push(this.#seen(remoteParticipant(info, peer)));
    }
    return {
      ...facts,
      me: this.#lookAtMe(),
      participants,
      messages: this.#chat.messages,
    };
  }

  #lookAtMe(): Participant | null {
    const { me, state } = this.#membership.facts;
    if (me === null) return null;
    const isConnected = state.phase === "live" &&
      state.signaling === "connected";
    const handRaised = this.#handRaised;
    return this.#seen(
      localParticipant({ ...me, handRaised }, isConnected, this.#media.view),
    );
  }

  #seen(participant: Participant): Participant {
    const { memberId } = participant;
    const same = unlessChanged(this.#lastSeen.get(memberId), participant);
    this.#lastSeen.set(memberId, same);
    return same;
  }
}

/** A call from the first click to the last: the face of this library. */
import { ProtocolError } from "../../protocol/errors.ts";
import type { TrackKind } from "../../protocol/messages.ts";
import type { CallView, Participant } from "./call_view.ts";
import { Chat } from "../chat/chat.ts";
import { Emitter } from "../emitter.ts";
import type { LocalMedia } from "../media/local_media.ts";
import { Membership } from "./membership.ts";
import type { Shown } from "../mesh/bitrate_policy.ts";
import { OwnMedia } from "./own_media.ts";
import {
  localParticipant,
  remoteParticipant,
  unlessChanged,
} from "./participants.ts";
import { browserPlatform, type Platform } from "../platform.ts";

/** What a `Call` is made with. */
export interface CallOptions {
  /** The room's id or slug. */
  room: string;
  /** The name to show to the others, 1 to 64 characters. */
  name: string;
  /** Where the room wants one. */
  pin?: string;
  /** From the room's creation, or `view.hostToken` of an earlier call: whoever joins with it is a host. One that is refused is done without. */
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
  readonly #own: OwnMedia;
  readonly #chat: Chat;
  readonly #name: string;
  readonly #listeners = new Emitter<CallView>();
  #handRaised = false;
  /** Null when something has changed since it was made. */
  #view: CallView | null = null;
  #isTelling = false;
  /** By memberId: everyone of the last view. */
  #lastSeen: ReadonlyMap<string, Participant> = new Map();

  /** Nothing is opened by that. */
  constructor(options: CallOptions) {
    const { room, name, pin, media } = options;
    const { token = null, hostToken = null } = options;
    const baseUrl = options.baseUrl ?? location.origin;
    const platform = browserPlatform(options.platform);
    const { clock, random, fetch } = platform;
    const onChange = () => this.#changed();
    this.#media = media;
    this.#name = name;
    const isReturning = token !== null;
    this.#chat = new Chat({ clock, random, isReturning, onChange });
    this.#membership = new Membership({
      seat: { room, name, pin, baseUrl, fetch },
      tokens: { token, hostToken },
      platform,
      chat: this.#chat,
      onMute: (kind) => this.#own.asked(kind),
      onChange: () => {
        this.#obey();
        onChange();
      },
    });
    this.#own = new OwnMedia({
      media,
      clock,
      setTracks: (tracks) => this.#membership.setTracks(tracks),
      announce: (kind, enabled) =>
        this.#membership.announce(kind, { type: "track-state", kind, enabled }),
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
    this.#own.start();
    await this.#membership.start();
  }

  /** Opens, unmutes or mutes the microphone, where that is allowed. Never rejects: the outcome is in the media's view. */
  setMicrophone(on: boolean): Promise<void> {
    return this.#own.set("audio", on);
  }

  /** Opens or closes the camera, where that is allowed. Never rejects: the outcome is in the media's view. */
  setCamera(on: boolean): Promise<void> {
    return this.#own.set("video", on);
  }

  /** Shares the screen, which only a click may begin, or ends that. Never rejects: the outcome is in the media's view. */
  setScreen(on: boolean): Promise<void> {
    return this.#own.set("screen", on);
  }

  /** This person has read that something of theirs was stopped: `view.stopped` no longer has it. */
  dismissStopped(kind: TrackKind): void {
    this.#own.dismiss(kind);
  }

  /**
   * What this page shows of a member, which decides what that member's page sends here: a camera that is `small` or `none` saves its upload.
   * Until it is called, a size is chosen by the number of people. It holds through reconnects. Calls that change nothing cost nothing.
   */
  show(memberId: string, shown: Shown): void {
    this.#membership.show(memberId, shown);
  }

  /** Raises this person's hand, or takes it down. */
  setHandRaised(handRaised: boolean): void {
    if (handRaised === this.#handRaised) return;
    this.#handRaised = handRaised;
    this.#membership.announce("presence", { type: "presence", handRaised });
    this.#changed();
  }

  /**
   * Sends text to everyone in the room, or to one member only, exactly once and in order, kept until they can be reached. What is said to
   * everyone is told to those who come later, too; what is said to one never is.
   *
   * @throws {ProtocolError} `invalid-message` when it is blank or over 4,000 characters; `no-such-member` when `to` is not, or no longer,
   * in the room; `not-allowed` before the room is entered, after the call, and while the room has its chat switched off.
   */
  sendChat(text: string, to?: string): void {
    const { me, room } = this.#membership.facts;
    if (room?.media.chat === false) throw new ProtocolError("not-allowed");
    this.#chat.send(text, me?.name ?? this.#name, to);
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
    this.#own.stop();
    await this.#membership.leave();
  }

  /** The room may have changed, or this person's role in it. */
  #obey(): void {
    const { me, room } = this.#membership.facts;
    if (me === null || room === null) return;
    this.#own.allow(me.role, room.media);
    this.#chat.allow(room.media.chat);
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
    const me = this.#lookAtMe();
    const everyone = me === null ? participants : [me, ...participants];
    this.#lastSeen = new Map(everyone.map((one) => [one.memberId, one]));
    return {
      ...facts,
      me,
      participants,
      messages: this.#chat.messages,
      stopped: this.#own.stopped,
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
    return unlessChanged(
      this.#lastSeen.get(participant.memberId),
      participant,
    );
  }
}

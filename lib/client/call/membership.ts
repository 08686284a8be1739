/** Being in the room: a seat that is kept, and with it a peer connection with everyone there. */
import type { Room } from "../../protocol/room.ts";
import { fetchIceServers, type IceAnswer, type JoinedRoom } from "../api.ts";
import type { CallState, Participant } from "./call_view.ts";
import type { Chat } from "../chat/chat.ts";
import type { Shown } from "../mesh/bitrate_policy.ts";
import { Mesh } from "../mesh/mesh.ts";
import { type MediaTracks, NO_TRACKS } from "../mesh/negotiation.ts";
import type { Platform } from "../platform.ts";
import type { SeatOptions, SeatTokens } from "./seat.ts";
import { SeatKeeper } from "./seat_keeper.ts";
import type { Announcement, Session } from "../session/session.ts";
import type { SessionEvent } from "../session/session_event.ts";

export interface MembershipOptions {
  seat: SeatOptions;
  tokens: SeatTokens;
  platform: Platform;
  chat: Chat;
  /** A host asks to switch that off. */
  onMute(kind: "audio" | "video" | "screen"): void;
  /** Anything that can be read here has changed. */
  onChange(): void;
}

/** What is known of being in the room. The fields are those of `CallView`. */
export interface MembershipFacts {
  readonly state: CallState;
  readonly token: string | null;
  readonly hostToken: string | null;
  readonly room: Room | null;
  /** Known from the first welcome on. */
  readonly me: Pick<Participant, "memberId" | "name" | "role"> | null;
  readonly startedAt: number | null;
}

export class Membership {
  readonly #options: MembershipOptions;
  readonly #keeper: SeatKeeper;
  #room: MembershipFacts["room"] = null;
  #me: MembershipFacts["me"] = null;
  #tracks: MediaTracks = NO_TRACKS;
  readonly #shown = new Map<string, Shown>();
  #mesh: Mesh | null = null;

  constructor(options: MembershipOptions) {
    this.#options = options;
    const { seat, tokens, platform, onChange } = options;
    this.#keeper = new SeatKeeper({
      seat,
      tokens,
      platform,
      onSeat: (session, joined) => this.#sit(session, joined),
      onChange,
      onEnd: () => this.#end(),
    });
  }

  get facts(): MembershipFacts {
    const { state, token, hostToken, startedAt } = this.#keeper;
    const [room, me] = [this.#room, this.#me];
    return { state, token, hostToken, startedAt, room, me };
  }

  /** Null while no seat is held. */
  get session(): Session | null {
    return this.#keeper.session;
  }
  get mesh(): Mesh | null {
    return this.#mesh;
  }

  /** Joins. Resolves once live, failed or ended; see `facts`. Only from the beginning, or after `failed`. */
  async start(): Promise<void> {
    await this.#keeper.start();
  }

  /** What the others get from now on, by the transceiver it goes through. */
  setTracks(tracks: MediaTracks): void {
    this.#tracks = tracks;
    this.#mesh?.setTracks(tracks);
  }

  /** What this page shows of a member: it is told now and on every later connection. */
  show(memberId: string, shown: Shown): void {
    this.#shown.set(memberId, shown);
    this.#mesh?.peers.get(memberId)?.show(shown);
  }

  /** Says it now and in every later seat. `thing`: what it replaces. */
  announce(thing: string, announcement: Announcement): void {
    this.#keeper.announce(thing, announcement);
  }

  /** Gives the seat back and closes everything. Resolves within 1 s. */
  async leave(): Promise<void> {
    // Nothing more is seen or heard from now on, whatever the server says.
    this.#mesh?.close();
    this.#options.chat.close();
    await this.#keeper.leave();
  }

  #sit(session: Session, joined: JoinedRoom): void {
    const { memberId, role, room, peers, iceServers, iceExpiresAt } = joined;
    const { platform, chat, onChange } = this.#options;
    for (const before of this.#shown.keys()) {
      if (peers.some((peer) => peer.memberId === before)) continue;
      this.#shown.delete(before);
    }
    this.#mesh?.close();
    this.#mesh = new Mesh({
      session,
      memberId,
      role,
      media: room.media,
      ice: { iceServers, iceExpiresAt },
      fetchIce: () => this.#fetchIce(),
      platform,
      tracks: this.#tracks,
      shown: this.#shown,
      onChange,
    });
    chat.enter(memberId, session, peers);
    session.subscribe((event) => this.#heard(event));
  }

  #fetchIce(): Promise<IceAnswer> {
    const { baseUrl, fetch } = this.#options.seat;
    const bearer = this.#keeper.token ?? "";
    return fetchIceServers({ baseUrl, fetch, bearer });
  }

  #heard(event: SessionEvent): void {
    switch (event.type) {
      case "welcome": {
        const { you: { memberId, name, role }, room } = event;
        this.#me = { memberId, name, role };
        this.#room = room;
        return this.#options.onChange();
      }
      case "room":
        this.#room = event.room;
        return this.#options.onChange();
      case "mute":
        return this.#options.onMute(event.kind);
      case "left":
        this.#shown.delete(event.memberId);
        return;
      case "peer":
        return this.#options.onChange();
    }
  }

  #end(): void {
    this.#mesh?.close();
    this.#mesh = null;
    if (this.#keeper.state.phase === "ended") this.#options.chat.close();
  }
}

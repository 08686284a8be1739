/** Being in the room: takes the seat, keeps it, takes it again when it was lost, and gives it back. */
import { ProtocolError } from "../protocol/errors.ts";
import type { Room } from "../protocol/room.ts";
import type { JoinedRoom } from "./api.ts";
import { REJOIN } from "./backoff.ts";
import type { CallState, EndReason, Participant } from "./call_view.ts";
import type { Chat } from "./chat.ts";
import { type ClientError, NetworkError } from "./errors.ts";
import type { LinkState } from "./link.ts";
import { Mesh } from "./mesh.ts";
import { type MediaTracks, NO_TRACKS } from "./negotiation.ts";
import { wakeUps } from "./page_events.ts";
import type { Platform } from "./platform.ts";
import { finalReason, type SeatOptions, takeSeat } from "./seat.ts";
import { type Announcement, Session } from "./session.ts";
import type { SessionEvent } from "./session_event.ts";
import { websocketTransport } from "./websocket_transport.ts";

/** Seats taken in vain before a first joining counts as failed. */
const MAX_FIRST_SEATS = 3;

export interface MembershipOptions {
  seat: SeatOptions;
  /** Of an earlier life of this page. */
  token: string | null;
  platform: Platform;
  chat: Chat;
  /** A host asks to switch that off. */
  onMute(kind: "audio" | "video" | "screen"): void;
  /** Anything that can be read here has changed. */
  onChange(): void;
}

/** What is known of being in the room: never changed, replaced. The fields are those of `CallView`. */
export interface MembershipFacts {
  readonly state: CallState;
  readonly token: string | null;
  readonly room: Room | null;
  /** Known from the first welcome on. */
  readonly me: Pick<Participant, "memberId" | "name" | "role"> | null;
  readonly startedAt: number | null;
}

export class Membership {
  readonly #options: MembershipOptions;
  readonly #announced = new Map<string, Announcement>();
  #facts: MembershipFacts;
  #tracks: MediaTracks = NO_TRACKS;
  #session: Session | null = null;
  #mesh: Mesh | null = null;
  /** Counts beginnings and ends, so that an answer for what is over is known. */
  #life = 0;
  /** Seats taken, or tried to be taken, since the call was last connected. */
  #seats = 0;
  /** Until a seat is taken again. */
  #cancelRejoin: (() => void) | null = null;
  #stopWaking = () => {};
  #settle = () => {};

  constructor(options: MembershipOptions) {
    this.#options = options;
    this.#facts = {
      state: { phase: "joining" },
      token: options.token,
      room: null,
      me: null,
      startedAt: null,
    };
  }

  get facts(): MembershipFacts {
    return this.#facts;
  }

  /** Null while no seat is held. */
  get session(): Session | null {
    return this.#session;
  }
  get mesh(): Mesh | null {
    return this.#mesh;
  }

  /** Joins. Resolves once live, failed or ended; see `facts`. Only from the beginning, or after `failed`. */
  async start(): Promise<void> {
    if (this.#life > 0 && this.#facts.state.phase !== "failed") return;
    this.#life++;
    this.#seats = 0;
    const settled = new Promise<void>((resolve) => this.#settle = resolve);
    this.#stopWaking = wakeUps(
      this.#options.platform,
      () => this.#nudge(),
    );
    this.#join();
    await settled;
  }

  /** What the others get from now on, by the transceiver it goes through. */
  setTracks(tracks: MediaTracks): void {
    this.#tracks = tracks;
    this.#mesh?.setTracks(tracks);
  }

  /** Says it now and in every later seat. `thing`: what it replaces. */
  announce(thing: string, announcement: Announcement): void {
    this.#announced.set(thing, announcement);
    this.#session?.announce(announcement);
  }

  /** Gives the seat back and closes everything. Resolves within 1 s. */
  async leave(): Promise<void> {
    if (this.#facts.state.phase === "ended") return;
    const life = ++this.#life;
    this.#cancelRejoin?.();
    // Nothing more is seen or heard from now on, whatever the server says.
    this.#mesh?.close();
    await this.#session?.leave();
    if (life === this.#life) this.#end({ phase: "ended", reason: "left" });
  }

  async #join(): Promise<void> {
    const life = this.#life;
    this.#cancelRejoin?.();
    this.#cancelRejoin = null;
    this.#linkBecame({ phase: "connecting" });
    this.#seats++;
    try {
      const joined = await takeSeat(this.#options.seat, this.#facts.token);
      if (life === this.#life) this.#sit(joined);
    } catch (error) {
      if (life === this.#life) this.#refused(error);
    }
  }

  #sit(joined: JoinedRoom): void {
    const { seat, platform, chat, onChange } = this.#options;
    for (const memberId of this.#session?.peers.keys() ?? []) {
      // Who is still there is begun anew by the new mesh, with what it has not got yet.
      if (!joined.peers.some((peer) => peer.memberId === memberId)) {
        chat.end(memberId);
      }
    }
    this.#session?.close();
    this.#mesh?.close();
    const { token, memberId, peers, iceServers } = joined;
    this.#know({ token });
    const session = new Session({
      ...platform,
      token,
      memberId,
      peers,
      openTransport: websocketTransport(seat.baseUrl, platform.WebSocket),
    });
    this.#session = session;
    this.#mesh = new Mesh({
      session,
      memberId,
      iceServers,
      platform,
      chat,
      tracks: this.#tracks,
      onChange,
    });
    session.subscribe((event) => this.#heard(event));
    for (const message of this.#announced.values()) session.announce(message);
    session.start();
  }

  #heard(event: SessionEvent): void {
    switch (event.type) {
      case "state":
        return this.#linkBecame(event.state);
      case "welcome": {
        const { you: { memberId, name, role }, room } = event;
        return this.#know({ me: { memberId, name, role }, room });
      }
      case "room":
        return this.#know({ room: event.room });
      case "token":
        return this.#know({ token: event.token });
      case "mute":
        return this.#options.onMute(event.kind);
      case "peer":
        return this.#options.onChange();
    }
  }

  #linkBecame(state: LinkState): void {
    if (state.phase === "closed") return this.#lost(state.reason);
    if (state.phase === "open") {
      this.#seats = 0;
      const { startedAt } = this.#facts;
      const { clock } = this.#options.platform;
      this.#know({ startedAt: startedAt ?? clock.now() });
    }
    const retryAt = state.phase === "waiting" && { retryAt: state.retryAt };
    const isConnected = state.phase === "open";
    const signaling = isConnected ? "connected" : "reconnecting";
    this.#know({
      state: this.#facts.startedAt === null
        ? { phase: "joining", ...retryAt }
        : { phase: "live", signaling, ...retryAt },
    });
    if (isConnected) this.#settle();
  }

  /** The server has ended the link for good. */
  #lost(reason: EndReason): void {
    if (this.#facts.state.phase === "ended") return;
    if (reason !== "token-invalid" && reason !== "seat-ended") {
      return this.#end({ phase: "ended", reason });
    }
    if (this.#facts.startedAt === null && this.#seats >= MAX_FIRST_SEATS) {
      const error = new ProtocolError(reason);
      return this.#end({ phase: "failed", error });
    }
    // Media goes on until there is a new seat.
    this.#rejoin();
  }

  /** No seat was given. */
  #refused(error: unknown): void {
    const failure: ClientError =
      error instanceof ProtocolError || error instanceof NetworkError
        ? error
        : new NetworkError("bad-response", { cause: error });
    if (this.#facts.startedAt === null) {
      return this.#end({ phase: "failed", error: failure });
    }
    const reason = finalReason(failure);
    if (reason !== undefined) return this.#end({ phase: "ended", reason });
    this.#rejoin(failure instanceof ProtocolError ? failure.retryAfter : 0);
  }

  /** Takes a seat again, after a while. */
  #rejoin(atLeast = 0): void {
    const { clock, random } = this.#options.platform;
    const wait = Math.max(atLeast, REJOIN(this.#seats, random));
    this.#cancelRejoin?.();
    this.#cancelRejoin = clock.after(wait, () => this.#join());
    this.#linkBecame({ phase: "waiting", retryAt: clock.now() + wait });
  }

  /** The network or the page has come back. */
  #nudge(): void {
    if (this.#cancelRejoin !== null) this.#join();
    else this.#session?.nudge();
  }

  #end(state: CallState): void {
    this.#life++;
    this.#cancelRejoin?.();
    this.#stopWaking();
    this.#know({ state });
    this.#mesh?.close();
    this.#mesh = null;
    this.#session?.close();
    this.#session = null;
    if (state.phase === "ended") this.#options.chat.close();
    this.#settle();
  }

  #know(facts: Partial<MembershipFacts>): void {
    this.#facts = { ...this.#facts, ...facts };
    this.#options.onChange();
  }
}

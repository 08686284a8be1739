/** A room that one has joined, for voice with one other member at a time. */
import type { PeerInfo } from "../../protocol/messages.ts";
import type { JoinedRoom } from "../api.ts";
import type { CallState } from "../call/call_view.ts";
import type { SeatOptions, SeatTokens } from "../call/seat.ts";
import { SeatKeeper } from "../call/seat_keeper.ts";
import { Emitter } from "../emitter.ts";
import { MemberChannel } from "./member_channel.ts";
import type { Platform } from "../platform.ts";
import { RoomError } from "./room_error.ts";
import type { Session } from "../session/session.ts";
import type { SessionEvent } from "../session/session_event.ts";
import type { PairChannel } from "./signaling_channel.ts";

/** What a room tells. */
export type VoiceRoomEvent =
  /** That member has come. */
  | { type: "joined"; member: PeerInfo }
  /** That member's seat has ended. */
  | { type: "left"; memberId: string }
  /** Of this member. A loss of the server ends no conversation. `ended`, `failed`: for good; the room is left. */
  | { type: "state"; state: CallState };

export interface VoiceRoomOptions {
  /** How the room was joined, and is joined again when the seat was lost. */
  seat: SeatOptions;
  tokens: SeatTokens;
  /** The first seat. */
  joined: JoinedRoom;
  platform: Platform;
  /** The room was left, by whichever side. Once. */
  onLeft(): void;
}

/** Made by `RoomManager.joinRoom`. It stays in the room until `leave`, through losses of the network and of the seat. */
export class VoiceRoom {
  /** The id or slug by which it was joined. */
  readonly roomId: string;
  readonly #onLeft: () => void;
  readonly #keeper: SeatKeeper;
  readonly #events = new Emitter<VoiceRoomEvent>();
  readonly #channels = new Map<string, MemberChannel>();
  #joined: JoinedRoom;
  #toldState: CallState | null = null;
  #isLeft = false;
  /** Rejects those who wait for somebody. */
  readonly #waits = new Set<(error: RoomError) => void>();

  /** Connects at once. */
  constructor(
    { seat, tokens, joined, platform, onLeft }: VoiceRoomOptions,
  ) {
    this.roomId = seat.room;
    this.#joined = joined;
    this.#onLeft = onLeft;
    this.#keeper = new SeatKeeper({
      seat,
      tokens,
      platform,
      onSeat: (session, joined) => this.#sit(session, joined),
      onChange: () => this.#tellState(),
      onEnd: () => this.#end(),
    });
    this.#keeper.start(joined);
  }

  /** This member's own id. Another one only after a seat was lost for so long that the server has given it away. */
  get memberId(): string {
    return this.#joined.memberId;
  }

  /** STUN and TURN servers of the deployment, for `VOIPService`. Credentials in it expire: read it for each connection. */
  get iceServers(): readonly RTCIceServer[] {
    return this.#joined.iceServers;
  }

  /** The newest token of this member. Kept in sessionStorage it brings the same member back after a reload. */
  get token(): string {
    return this.#keeper.token ?? this.#joined.token;
  }

  /** The room's host token, which the server renews now and then. Null without one, and once it was refused. */
  get hostToken(): string | null {
    return this.#keeper.hostToken;
  }

  /** The others, in the order in which they came. */
  get members(): readonly PeerInfo[] {
    if (this.#isLeft) return [];
    return [...this.#keeper.session?.peers.values() ?? []];
  }

  /** Of this member: `joining` until the server has welcomed it, then `live`; `ended` or `failed` once the room is left. */
  get state(): CallState {
    return this.#keeper.state;
  }

  /** Calls `listener` with every event from now on. The function that comes back ends that. */
  subscribe(listener: (event: VoiceRoomEvent) => void): () => void {
    return this.#events.subscribe(listener);
  }

  /**
   * The first other member: at once when there is one, else the next who comes.
   *
   * @throws {RoomError} `left`: the room was left before anybody came.
   */
  async other(): Promise<PeerInfo> {
    if (this.#isLeft) throw new RoomError("left");
    const [member] = this.members;
    if (member !== undefined) return member;
    return await new Promise<PeerInfo>((resolve, reject) => {
      const unsubscribe = this.subscribe((event) => {
        if (event.type !== "joined") return;
        this.#waits.delete(end);
        unsubscribe();
        resolve(event.member);
      });
      const end = (error: RoomError) => {
        unsubscribe();
        reject(error);
      };
      this.#waits.add(end);
    });
  }

  /**
   * The signaling channel to a member, for one `VOIPService` and one connection: signals arrive exactly once and in order, as long as both
   * are in the room. What came before anybody listened is kept.
   *
   * @throws {RoomError} `left`, `no-such-member`. Watching it throws `channel-in-use` the second time.
   */
  channelTo(memberId: string): PairChannel {
    if (this.#isLeft) throw new RoomError("left");
    if (!this.#channels.has(memberId)) throw new RoomError("no-such-member");
    return {
      send: (data) => this.#keeper.session?.signal(memberId, data),
      watch: (listener) => {
        const channel = this.#channels.get(memberId);
        if (channel === undefined) throw new RoomError("no-such-member");
        if (channel.isUsed) throw new RoomError("channel-in-use");
        return channel.listen(listener);
      },
    };
  }

  /** Lets pages of others show whether this member's microphone is on. */
  announceMicrophone(enabled: boolean): void {
    const announcement = {
      type: "track-state",
      kind: "audio",
      enabled,
    } as const;
    this.#keeper.announce("microphone", announcement);
  }

  /** Gives the seat back and closes the link. Resolves within 1 s. Close the `VOIPService` first. */
  async leave(): Promise<void> {
    if (this.#isLeft) return;
    this.#end();
    await this.#keeper.leave();
    this.#events.clear();
  }

  #sit(session: Session, joined: JoinedRoom): void {
    this.#joined = joined;
    const here = new Set(joined.peers.map(({ memberId }) => memberId));
    // Who is still there begins anew, as the session will tell.
    for (const memberId of [...this.#channels.keys()]) {
      if (!here.has(memberId)) this.#memberLeft(memberId);
    }
    session.subscribe((event) => this.#heard(session, event));
  }

  #heard(session: Session, event: SessionEvent): void {
    switch (event.type) {
      case "pair":
        return this.#begin(session, event.peer, event.offer);
      case "signal":
        return this.#channels.get(event.from)?.signal(event.data);
      case "gap":
        return this.#channels.get(event.memberId)?.gap();
      case "peer":
        return this.#reach(session, event.peer.memberId);
      case "left":
        return this.#memberLeft(event.memberId);
      case "state":
        for (const memberId of this.#channels.keys()) {
          this.#reach(session, memberId);
        }
    }
  }

  #begin(session: Session, member: PeerInfo, offer: boolean): void {
    if (this.#isLeft) return;
    const { memberId } = member;
    // The member with the lower id is polite: `docs/protocol.md` 11.
    const polite = this.memberId < memberId;
    const pair = { type: "pair", offer, polite } as const;
    const isReachable = isReachableBy(session, memberId);
    const channel = this.#channels.get(memberId);
    if (channel !== undefined) return channel.begin(pair, isReachable);
    this.#channels.set(memberId, new MemberChannel(pair, isReachable));
    this.#events.emit({ type: "joined", member });
  }

  #reach(session: Session, memberId: string): void {
    const isReachable = isReachableBy(session, memberId);
    this.#channels.get(memberId)?.setReachable(isReachable);
  }

  #memberLeft(memberId: string): void {
    const channel = this.#channels.get(memberId);
    if (channel === undefined) return;
    this.#channels.delete(memberId);
    channel.left();
    this.#events.emit({ type: "left", memberId });
  }

  #tellState(): void {
    const { state } = this.#keeper;
    if (state === this.#toldState) return;
    this.#toldState = state;
    this.#events.emit({ type: "state", state });
  }

  #end(): void {
    if (this.#isLeft) return;
    this.#isLeft = true;
    for (const end of this.#waits) end(new RoomError("left"));
    this.#waits.clear();
    for (const channel of this.#channels.values()) channel.left();
    this.#channels.clear();
    this.#onLeft();
  }
}

function isReachableBy(session: Session, memberId: string): boolean {
  return session.state.phase === "open" &&
    session.peers.get(memberId)?.state === "here";
}

/** A room that one has joined, for voice with one other member at a time. */
import type { PeerInfo } from "../protocol/messages.ts";
import type { JoinedRoom } from "./api.ts";
import { Emitter } from "./emitter.ts";
import type { LinkState } from "./link.ts";
import { wakeUps } from "./page_events.ts";
import type { Platform } from "./platform.ts";
import { Session } from "./session.ts";
import type { SessionEvent } from "./session_event.ts";
import type { PairChannel, PairEvent } from "./signaling_channel.ts";
import { websocketTransport } from "./websocket_transport.ts";

/** How many signals wait for someone to watch a channel. With more the pair is set up anew. */
const MAX_WAITING = 256;

/**
 * - `already-joined`: this manager is in that room.
 * - `not-joined`: it is not.
 * - `no-such-member`: nobody of that id is in the room.
 * - `channel-in-use`: the channel to that member was used since it came. Leave the room and join it anew.
 * - `left`: the room was left, or the server ended the seat.
 */
export type RoomErrorCode =
  | "already-joined"
  | "not-joined"
  | "no-such-member"
  | "channel-in-use"
  | "left";

const MESSAGES: Record<RoomErrorCode, string> = {
  "already-joined": "This room is joined already.",
  "not-joined": "This room is not joined.",
  "no-such-member": "There is no such member in this room.",
  "channel-in-use": "The channel to that member is or was in use.",
  "left": "This room was left.",
};

/** What can be done wrong with rooms. What the server refuses is a `ProtocolError`, what does not reach it a `NetworkError`. */
export class RoomError extends Error {
  override name = "RoomError";
  readonly code: RoomErrorCode;

  constructor(code: RoomErrorCode) {
    super(MESSAGES[code]);
    this.code = code;
  }
}

/** What a room tells. */
export type VoiceRoomEvent =
  /** That member has come. */
  | { type: "joined"; member: PeerInfo }
  /** That member's seat has ended. */
  | { type: "left"; memberId: string }
  /** Of the link to the server. Its loss ends no conversation. `closed`: for good; the room is left. */
  | { type: "state"; state: LinkState };

/** What is known of one other member's pair, whether anybody listens or not. */
interface Line {
  offer: boolean;
  /** Signals that came before anybody listened; null: so many that they are of no use. */
  waiting: unknown[] | null;
  /** Somebody has listened to this pair. */
  isUsed: boolean;
  listener: ((event: PairEvent) => void) | null;
}

export interface VoiceRoomOptions {
  /** By which the room was joined. */
  room: string;
  joined: JoinedRoom;
  baseUrl: string;
  platform: Platform;
  /** The room was left, by whichever side. Once. */
  onLeft(): void;
}

/** Made by `RoomManager.joinRoom`. It stays in the room until `leave`, through losses of the network. */
export class VoiceRoom {
  /** The id or slug by which it was joined. */
  readonly roomId: string;
  /** This member's own id. */
  readonly memberId: string;
  /** For this member's `RoomManager.joinRoom` after a reload of the page. */
  #token: string;
  /** STUN and TURN servers of the deployment, for `VOIPService`. */
  readonly iceServers: readonly RTCIceServer[];
  readonly #session: Session;
  readonly #onLeft: () => void;
  readonly #events = new Emitter<VoiceRoomEvent>();
  readonly #lines = new Map<string, Line>();
  readonly #stopWaking: () => void;
  #isLeft = false;
  /** Rejects those who wait for somebody. */
  readonly #waits = new Set<(error: RoomError) => void>();

  /** Connects at once. */
  constructor({ room, joined, baseUrl, platform, onLeft }: VoiceRoomOptions) {
    this.roomId = room;
    this.memberId = joined.memberId;
    this.#token = joined.token;
    this.iceServers = joined.iceServers;
    this.#onLeft = onLeft;
    this.#session = new Session({
      ...platform,
      token: joined.token,
      memberId: joined.memberId,
      peers: joined.peers,
      openTransport: websocketTransport(baseUrl, platform.WebSocket),
    });
    this.#session.subscribe((event) => this.#heard(event));
    this.#stopWaking = wakeUps(platform, () => this.#session.nudge());
    this.#session.start();
  }

  /** The newest token of this member. Kept in sessionStorage it brings the same member back after a reload. */
  get token(): string {
    return this.#token;
  }

  /** The others, in the order in which they came. */
  get members(): readonly PeerInfo[] {
    return this.#isLeft ? [] : [...this.#session.peers.values()];
  }

  /** Of the link to the server. */
  get state(): LinkState {
    return this.#session.state;
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
    if (!this.#lines.has(memberId)) throw new RoomError("no-such-member");
    return {
      send: (data) => this.#session.signal(memberId, data),
      watch: (listener) => this.#watch(memberId, listener),
    };
  }

  /** Lets pages of others show whether this member's microphone is on. */
  announceMicrophone(enabled: boolean): void {
    this.#session.announce({ type: "track-state", kind: "audio", enabled });
  }

  /** Gives the seat back and closes the link. Resolves within 1 s. Close the `VOIPService` first. */
  async leave(): Promise<void> {
    if (this.#isLeft) return;
    this.#end();
    await this.#session.leave();
    this.#events.clear();
  }

  #watch(
    memberId: string,
    listener: (event: PairEvent) => void,
  ): () => void {
    const line = this.#lines.get(memberId);
    if (line === undefined) throw new RoomError("no-such-member");
    if (line.isUsed) throw new RoomError("channel-in-use");
    this.#listen(memberId, line, listener);
    return () => {
      const now = this.#lines.get(memberId);
      if (now?.listener === listener) now.listener = null;
    };
  }

  /** Tells a listener how things are, and all that has waited. */
  #listen(
    memberId: string,
    line: Line,
    listener: (event: PairEvent) => void,
  ): void {
    line.isUsed = true;
    line.listener = listener;
    const { offer, waiting } = line;
    line.waiting = [];
    // The member with the lower id is polite: `docs/protocol.md` 11.
    listener({ type: "pair", offer, polite: this.memberId < memberId });
    this.#tellReachable(memberId);
    if (waiting === null) listener({ type: "gap" });
    for (const data of waiting ?? []) listener({ type: "signal", data });
  }

  #heard(event: SessionEvent): void {
    switch (event.type) {
      case "pair": {
        const { peer: { memberId }, offer } = event;
        const before = this.#lines.get(memberId);
        const line: Line = {
          offer,
          waiting: [],
          isUsed: false,
          listener: null,
        };
        this.#lines.set(memberId, line);
        if (before?.listener) this.#listen(memberId, line, before.listener);
        if (before !== undefined) return;
        return this.#events.emit({ type: "joined", member: event.peer });
      }
      case "signal":
        return this.#signalled(event.from, event.data);
      case "gap": {
        const line = this.#lines.get(event.memberId);
        if (line?.listener) line.listener({ type: "gap" });
        else if (line !== undefined) line.waiting = null;
        return;
      }
      case "peer":
        return this.#tellReachable(event.peer.memberId);
      case "left": {
        const { memberId } = event;
        const line = this.#lines.get(memberId);
        this.#lines.delete(memberId);
        line?.listener?.({ type: "left" });
        return this.#events.emit({ type: "left", memberId });
      }
      case "token":
        this.#token = event.token;
        return;
      case "state":
        for (const memberId of this.#lines.keys()) {
          this.#tellReachable(memberId);
        }
        this.#events.emit({ type: "state", state: event.state });
        if (event.state.phase === "closed") this.#lost();
    }
  }

  #signalled(memberId: string, data: unknown): void {
    const line = this.#lines.get(memberId);
    if (line === undefined) return;
    if (line.listener !== null) line.listener({ type: "signal", data });
    else if (line.isUsed || line.waiting === null) return;
    else if (line.waiting.length >= MAX_WAITING) line.waiting = null;
    else line.waiting.push(data);
  }

  #tellReachable(memberId: string): void {
    const isReachable = this.#session.state.phase === "open" &&
      this.#session.peers.get(memberId)?.state === "here";
    this.#lines.get(memberId)?.listener?.({ type: "reachable", isReachable });
  }

  /** The server has ended the seat for good. */
  #lost(): void {
    if (this.#isLeft) return;
    this.#end();
    this.#session.close();
    this.#events.clear();
  }

  #end(): void {
    this.#isLeft = true;
    this.#stopWaking();
    for (const end of this.#waits) end(new RoomError("left"));
    this.#waits.clear();
    for (const line of this.#lines.values()) line.listener?.({ type: "left" });
    this.#lines.clear();
    this.#onLeft();
  }
}

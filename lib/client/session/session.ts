/** One member's part in a room, over whatever links: who is there, and every signal exactly once and in order. `docs/protocol.md`. */
import type { Clock } from "../../protocol/clock.ts";
import type {
  ClientMessage,
  MessageOf,
  PeerInfo,
  ServerMessage,
} from "../../protocol/messages.ts";
import type { Backoff } from "../transport/backoff.ts";
import { Emitter } from "../emitter.ts";
import { type Announcement, Announcements } from "./announcements.ts";
import { EarlySignals } from "./early_signals.ts";
import { Link, type LinkState } from "../transport/link.ts";
import { type DirectPath, Pair } from "./pair.ts";
import type { PairFrame } from "./pair_frame.ts";
import { changeOf } from "./roster.ts";
import type { SessionEvent } from "./session_event.ts";
import type { OpenTransport } from "../transport/transport.ts";

/** Unacknowledged for so long by a member that is here: the path is doubted. */
const STALL_MS = 3_000;
/** How long `leave` waits for the server's word. */
const LEAVE_TIMEOUT_MS = 1_000;

export type { Announcement };

/** What a `Session` is made with. */
export interface SessionOptions {
  /** From joining. */
  token: string;
  /** This member's own. */
  memberId: string;
  /** Who is there already, by the answer to joining: their pairs begin at once, without waiting for the `welcome`. */
  peers?: readonly PeerInfo[];
  /** Opens a connection to the server, again and again. */
  openTransport: OpenTransport;
  /** The system's, or a virtual one. */
  clock: Clock;
  /** A number from 0 up to, not including, 1. */
  random: () => number;
  /** When to try again. Default: 0, 0.3, 1, 2, 4, then every 7 s, each with full jitter. */
  backoff?: Backoff;
}

/** One member's part in a room. Signals between two sessions arrive exactly once and in order. */
export class Session {
  readonly #options: SessionOptions;
  readonly #link: Link;
  readonly #events = new Emitter<SessionEvent>();
  readonly #peers = new Map<string, PeerInfo>();
  readonly #pairs = new Map<string, Pair>();
  readonly #announcements: Announcements;
  readonly #early = new EarlySignals();
  #sentFresh = false;
  #canSend = false;

  /** Nothing is opened by that; see `start`. */
  constructor(options: SessionOptions) {
    this.#options = options;
    this.#announcements = new Announcements(
      options,
      (message) => this.#link.send(message),
    );
    this.#link = new Link({
      ...options,
      onFresh: () => this.#fresh(),
      onMessage: (message, fresh) => this.#received(message, fresh),
      onState: (state) => this.#linkBecame(state),
    });
  }

  /** Calls `listener` with every event from now on. The function that comes back ends that. */
  subscribe(listener: (event: SessionEvent) => void): () => void {
    return this.#events.subscribe(listener);
  }

  /** Of the link. Its loss is no loss of the seat, nor of any media. */
  get state(): LinkState {
    return this.#link.state;
  }

  /** The others, in the order in which they came. */
  get peers(): ReadonlyMap<string, PeerInfo> {
    return this.#peers;
  }

  /** Connects. */
  start(): void {
    this.#link.start();
    for (const peer of this.#options.peers ?? []) this.#begin(peer, true);
  }

  /**
   * Sends a signal to a member, exactly once and in order. Nothing happens when there is no such member (any more).
   *
   * @param onSettled Called once when it has arrived, or with false when 512 newer ones or 1 MiB came first; never when the pair has ended.
   * @throws {ProtocolError} `signal-too-large`: over 32 KiB.
   */
  signal(
    memberId: string,
    data: unknown,
    onSettled?: (hasArrived: boolean) => void,
  ): void {
    this.#pairs.get(memberId)?.send(data, onSettled);
  }

  /** Whether signals reach that member just now, by the server or directly. */
  reaches(memberId: string): boolean {
    const byServer = this.#link.state.phase === "open" &&
      this.#peers.get(memberId)?.state === "here";
    return byServer || (this.#pairs.get(memberId)?.isDirect ?? false);
  }

  /** Signals to that member go over this path first, of the same two pages and no others, until it is null or the pair begins anew. */
  setDirect(memberId: string, direct: DirectPath | null): void {
    this.#pairs.get(memberId)?.setDirect(direct);
  }

  /** Something came over the direct path from that member. */
  receiveFrame(memberId: string, frame: PairFrame): void {
    this.#pairs.get(memberId)?.receiveFrame(frame);
  }

  /** Says what the others should show of this member, now and after every reconnection. */
  announce(message: Announcement): void {
    this.#announcements.set(message);
  }

  /** Sends what needs no more than an attempt: a host's commands. */
  send(message: MessageOf<ClientMessage, "mute" | "remove" | "lock" | "end">) {
    this.#link.send(message);
  }

  /** The network or the page has come back. */
  nudge(): void {
    this.#link.nudge();
  }

  /** Gives the seat back, waits 1 s at most for the server's word, and closes. */
  async leave(): Promise<void> {
    if (this.#link.state.phase === "open") {
      await new Promise<void>((resolve) => {
        const done = () => {
          cancel();
          unsubscribe();
          resolve();
        };
        const cancel = this.#options.clock.after(LEAVE_TIMEOUT_MS, done);
        const unsubscribe = this.subscribe((event) => {
          if (event.type === "state" && event.state.phase !== "open") done();
        });
        this.#link.send({ type: "leave" });
      });
    }
    this.close();
  }

  /** Ends it without giving the seat back. Nothing more is told. */
  close(): void {
    this.#events.clear();
    this.#link.close();
    for (const pair of this.#pairs.values()) pair.close();
    this.#pairs.clear();
  }

  /** The first socket of a new incarnation is open. What was begun for it can go, without waiting for the `welcome`. */
  #fresh(): void {
    // An earlier socket has sent as an incarnation of its own: those pairs are void.
    if (this.#sentFresh) this.#beginAll(true);
    this.#sentFresh = true;
    this.#open();
  }

  #linkBecame(state: LinkState): void {
    if (state.phase !== "open") this.#suspend();
    this.#events.emit({ type: "state", state });
  }

  #received(message: ServerMessage, fresh: boolean): void {
    switch (message.type) {
      case "welcome":
        return this.#welcomed(message, fresh);
      case "join":
      case "back":
        return this.#arrived(message.peer);
      case "leave":
        return this.#left(message.from);
      case "signal":
        return this.#signalled(message);
      case "ack": {
        const pair = this.#pairs.get(message.from);
        if (pair?.incarnation === message.incarnation) {
          pair.acknowledge(message.id);
        }
        return;
      }
      case "gap":
        return; // Only for clients that do not number and acknowledge.
      case "away":
      case "track-state":
      case "presence":
      case "cloudflare-session":
        return this.#changed(message.from, changeOf(message));
      case "error":
        this.#announcements.refused(message.code, message.re?.type);
        return this.#events.emit(message);
      case "room":
      case "token":
      case "mute":
        return this.#events.emit(message);
    }
  }

  #welcomed(
    message: MessageOf<ServerMessage, "welcome">,
    fresh: boolean,
  ): void {
    this.#events.emit(message);
    const present = new Set(message.peers.map((peer) => peer.memberId));
    for (const memberId of [...this.#peers.keys()]) {
      if (!present.has(memberId)) this.#left(memberId);
    }
    const anew = !message.resumed && !fresh;
    for (const peer of message.peers) {
      const known = this.#pairs.get(peer.memberId)?.incarnation;
      // In a life that goes on, who is new has come meanwhile and found us in its welcome.
      if (anew || known !== peer.incarnation) {
        this.#begin(peer, !message.resumed);
      } else this.#changed(peer.memberId, () => peer);
    }
    // What a new life had begun went out when its socket opened.
    if (!fresh) this.#open();
    const isFirst = fresh && message.you.incarnation === 1;
    this.#announcements.connected(isFirst);
  }

  #arrived(peer: PeerInfo): void {
    const known = this.#pairs.get(peer.memberId);
    if (known === undefined || peer.incarnation > known.incarnation) {
      this.#begin(peer, false);
    } else if (peer.incarnation === known.incarnation) {
      this.#changed(peer.memberId, () => peer);
      if (this.#canSend) known.open();
    }
  }

  #signalled(message: MessageOf<ServerMessage, "signal">): void {
    const peer = this.#peers.get(message.from);
    if (peer === undefined) {
      return this.#early.put(message);
    }
    if (message.incarnation < peer.incarnation) return;
    if (message.incarnation > peer.incarnation) {
      const { incarnation } = message;
      this.#begin({ ...peer, incarnation, state: "here" }, false);
    }
    this.#pairs.get(message.from)?.receive(message);
  }

  /** Begins a pair with that life of a member. */
  #begin(peer: PeerInfo, offer: boolean): void {
    const { memberId, incarnation } = peer;
    if (memberId === this.#options.memberId) return;
    this.#pairs.get(memberId)?.close();
    const pair = new Pair({
      memberId,
      incarnation,
      clock: this.#options.clock,
      send: (message) => this.#link.send(message),
      deliver: (data) =>
        this.#events.emit({ type: "signal", from: memberId, data }),
      onGap: () => this.#events.emit({ type: "gap", memberId }),
      onDirect: () => this.#events.emit({ type: "direct", memberId }),
      onStall: (waited) => {
        const isHere = this.#peers.get(memberId)?.state === "here";
        if (isHere && waited >= STALL_MS) this.#link.probe();
      },
    });
    this.#peers.set(memberId, peer);
    this.#pairs.set(memberId, pair);
    if (this.#canSend) pair.open();
    this.#events.emit({ type: "pair", peer, offer });
    for (const signal of this.#early.take(memberId)) this.#signalled(signal);
  }

  #beginAll(offer: boolean): void {
    for (const peer of [...this.#peers.values()]) this.#begin(peer, offer);
  }

  #changed(memberId: string, change: (peer: PeerInfo) => PeerInfo): void {
    const before = this.#peers.get(memberId);
    if (before === undefined) return;
    const peer = change(before);
    this.#peers.set(memberId, peer);
    this.#events.emit({ type: "peer", peer });
  }

  #left(memberId: string): void {
    if (!this.#peers.delete(memberId)) return;
    this.#pairs.get(memberId)?.close();
    this.#pairs.delete(memberId);
    this.#events.emit({ type: "left", memberId });
  }

  #open(): void {
    this.#canSend = true;
    for (const pair of this.#pairs.values()) pair.open();
  }

  #suspend(): void {
    this.#canSend = false;
    this.#announcements.disconnected();
    for (const pair of this.#pairs.values()) pair.suspend();
  }
}

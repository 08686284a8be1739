import { Chat, type ChatSession } from "@/lib/client/chat/chat.ts";
import { Emitter } from "@/lib/client/emitter.ts";
import { FrameChannel } from "@/lib/client/mesh/frame_channel.ts";
import { Pair } from "@/lib/client/session/pair.ts";
import { PairFrame } from "@/lib/client/session/pair_frame.ts";
import type { SessionEvent } from "@/lib/client/session/session_event.ts";
import type { ClientMessage } from "@/lib/protocol/messages.ts";
import { VirtualClock } from "./clock.ts";
import { type Faults, LossyWire, NO_FAULTS } from "./lossy_wire.ts";
import { seededRandom } from "./random.ts";

/** One end of a data channel. What is under way when it breaks is lost. */
export class Wire {
  readyState = "connecting";
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  far!: Wire;
  /** When the last frame arrives: none overtakes another. */
  #last = 0;

  constructor(readonly room: ChatRoom) {}

  send(data: string): void {
    const { clock, random, delay, doubled } = this.room;
    this.room.frames.push(data);
    for (let copies = random() < doubled ? 2 : 1; copies > 0; copies--) {
      const now = clock.monotonic();
      this.#last = Math.max(this.#last, now + 1 + random() * delay);
      clock.after(this.#last - now, () => {
        const { far } = this;
        if (far.readyState === "open") far.onmessage?.({ data });
      });
    }
  }

  set(state: "open" | "closed"): void {
    if (this.readyState === state || this.readyState === "closed") return;
    this.readyState = state;
    if (state === "open") this.onopen?.();
    else this.onclose?.();
  }
}

/** One life of a member's page. */
export interface ChatPage {
  memberId: string;
  chat: Chat;
  events: Emitter<SessionEvent>;
  /** Its pair with each member, and that member's page which it was begun with. */
  pairs: Map<string, { far: ChatPage; pair: Pair; channel: FrameChannel }>;
}

/**
 * Pages that chat with each other by channels of their own that may be late, doubled and broken, and by a server that is down until a test
 * lets it up. A member's name is its id in capitals.
 */
export class ChatRoom {
  readonly clock = new VirtualClock();
  readonly random: () => number;
  /** Who is in the room, and the page that each is on. */
  readonly pages = new Map<string, ChatPage>();
  /** Everything that was sent over channels, as text. */
  readonly frames: string[] = [];
  /** The `data` of every signal that was given to the server, as text. */
  readonly served: string[] = [];
  /** Milliseconds at most that a frame is on its way. */
  delay = 20;
  /** The share of frames that arrive twice. */
  doubled = 0;
  readonly #wires = new Map<ChatPage, Map<ChatPage, Wire>>();
  readonly #server: LossyWire<() => void>;
  #serverIsUp = false;

  constructor(seed = 1) {
    this.random = seededRandom(seed);
    this.#server = new LossyWire<() => void>(
      this.clock,
      this.random,
      NO_FAULTS,
      (arrive) => arrive(),
    );
  }

  /** From now on every page reaches every other by the server, or none does. */
  setServer(isUp: boolean, faults: Faults = NO_FAULTS): void {
    this.#server.faults = faults;
    this.#serverIsUp = isUp;
    for (const page of this.pages.values()) {
      for (const { pair } of page.pairs.values()) {
        if (isUp) pair.open();
        else pair.suspend();
      }
    }
  }

  /** A member comes, or its page is reloaded. The others hear of it up to `news` milliseconds later. */
  join(memberId: string, news = 0): ChatPage {
    const before = this.pages.get(memberId);
    if (before) this.#gone(before);
    const { clock, random } = this;
    const isReturning = before !== undefined;
    const onChange = () => {};
    const page: ChatPage = {
      memberId,
      chat: new Chat({ clock, random, isReturning, onChange }),
      events: new Emitter(),
      pairs: new Map(),
    };
    this.pages.delete(memberId);
    const others = [...this.pages.values()];
    this.#enter(page, others);
    this.pages.set(memberId, page);
    for (const other of others) {
      this.#begin(page, other);
      this.#later(news, () => this.#begin(other, page));
    }
    return page;
  }

  /** A member leaves. Until the others hear of it, what is under way still arrives. */
  leave(memberId: string, news = 0): void {
    const page = this.pages.get(memberId)!;
    this.pages.delete(memberId);
    this.#gone(page);
    for (const other of this.pages.values()) {
      this.#later(news, () => this.#ended(other, memberId));
    }
  }

  /** A page has lost its seat and takes another: the others see one member leave and a new one come. */
  reseat(page: ChatPage, memberId: string): void {
    this.pages.delete(page.memberId);
    const others = [...this.pages.values()];
    for (const other of others) this.#ended(other, page.memberId);
    page.memberId = memberId;
    this.#enter(page, others);
    this.pages.set(memberId, page);
    for (const other of others) {
      this.#begin(page, other);
      this.#begin(other, page);
    }
  }

  /** Opens a channel between two pages, if both know of each other. One that was there breaks. */
  connect(one: ChatPage, other: ChatPage): void {
    const ends = [[one, other], [other, one]] as const;
    const pairs = ends.map(([near, far]) => near.pairs.get(far.memberId));
    if (ends.some(([, far], i) => pairs[i]?.far !== far)) return;
    this.cut(one, other);
    const wires = [new Wire(this), new Wire(this)];
    [wires[0].far, wires[1].far] = [wires[1], wires[0]];
    ends.forEach(([near, far], i) => {
      this.#wiresOf(near).set(far, wires[i]);
      pairs[i]!.channel.attach(wires[i] as unknown as RTCDataChannel);
    });
    for (const wire of wires) wire.set("open");
  }

  /** Breaks the channel between two pages; each end sees it up to `notice` milliseconds later. */
  cut(one: ChatPage, other: ChatPage, notice = 0): void {
    for (const [near, far] of [[one, other], [other, one]]) {
      const wire = this.#wiresOf(near).get(far);
      this.#wiresOf(near).delete(far);
      if (wire === undefined) continue;
      wire.far = new Wire(this); // Nowhere.
      if (notice === 0) wire.set("closed");
      else this.#later(notice, () => wire.set("closed"));
    }
  }

  connectAll(): void {
    const pages = [...this.pages.values()];
    for (const [i, one] of pages.entries()) {
      for (const other of pages.slice(i + 1)) this.connect(one, other);
    }
  }

  /** The near end of the channel between two pages. */
  wire(near: ChatPage, far: ChatPage): Wire {
    return this.#wiresOf(near).get(far)!;
  }

  /** What has gone over channels as signals, oldest first. */
  get signals(): Record<string, unknown>[] {
    return this.frames.flatMap((frame) => JSON.parse(frame).data ?? []);
  }

  /** A page gets that as a signal from a member, whatever that member's page says. */
  forge(page: ChatPage, from: string, data: unknown): void {
    page.events.emit({ type: "signal", from, data });
  }

  close(): void {
    for (const page of this.pages.values()) this.#gone(page);
  }

  /** Takes a seat in a session of its own. */
  #enter(page: ChatPage, others: readonly ChatPage[]): void {
    page.events = new Emitter();
    const session: ChatSession = {
      signal: (to, ...signal) => page.pairs.get(to)?.pair.send(...signal),
      subscribe: (listener) => page.events.subscribe(listener),
    };
    page.chat.enter(page.memberId, session, others);
  }

  #begin(near: ChatPage, far: ChatPage): void {
    const { memberId } = far;
    const isCurrent = [near, far].every((page) =>
      this.pages.get(page.memberId) === page
    );
    if (!isCurrent) return;
    this.#close(near, memberId);
    const { clock } = this;
    const tell = (event: SessionEvent) => near.events.emit(event);
    const pair = new Pair({
      memberId,
      incarnation: 1,
      clock,
      send: (message) => this.#serve(near, far, message),
      deliver: (data) => tell({ type: "signal", from: memberId, data }),
      onGap: () => tell({ type: "gap", memberId }),
      onDirect: () => tell({ type: "direct", memberId }),
      onStall: () => {},
    });
    const channel = new FrameChannel();
    near.pairs.set(memberId, { far, pair, channel });
    channel.use({
      schema: PairFrame,
      received: (frame) => pair.receiveFrame(frame),
      opened: () => pair.setDirect(channel),
      closed: () => pair.setDirect(null),
    });
    if (this.#serverIsUp) pair.open();
    const peer = {
      memberId,
      name: memberId.toUpperCase(),
      role: "speaker",
      incarnation: 1,
      state: "here",
      tracks: {},
      presence: {},
    } as const;
    tell({ type: "pair", peer, offer: false });
  }

  /** Takes a message to that page, and to no later one of the same member. */
  #serve(near: ChatPage, far: ChatPage, message: ClientMessage): void {
    if (!this.#serverIsUp) return;
    if (message.type === "signal") {
      this.served.push(JSON.stringify(message.data));
    }
    const { memberId } = near;
    this.#server.put(() => {
      const end = far.pairs.get(memberId);
      if (end?.far !== near) return;
      if (message.type === "signal") end.pair.receive(message);
      if (message.type === "ack") end.pair.acknowledge(message.id);
    });
  }

  /** A page hears that a member has left. */
  #ended(near: ChatPage, memberId: string): void {
    this.#close(near, memberId);
    near.events.emit({ type: "left", memberId });
  }

  #close(near: ChatPage, memberId: string): void {
    const end = near.pairs.get(memberId);
    near.pairs.delete(memberId);
    end?.channel.close();
    end?.pair.close();
  }

  /** A page is closed. What it has sent goes its way. */
  #gone(page: ChatPage): void {
    page.chat.close();
    for (const memberId of page.pairs.keys()) this.#close(page, memberId);
    for (const wire of this.#wiresOf(page).values()) wire.readyState = "closed";
  }

  #wiresOf(page: ChatPage): Map<ChatPage, Wire> {
    const wires = this.#wires.get(page) ?? new Map();
    this.#wires.set(page, wires);
    return wires;
  }

  #later(most: number, task: () => void): void {
    if (most === 0) task();
    else this.clock.after(this.random() * most, task);
  }
}

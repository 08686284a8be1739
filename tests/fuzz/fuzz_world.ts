import { type ErrorCode, ProtocolError } from "@/lib/protocol/errors.ts";
import type { Connection, Socket } from "@/lib/server/connection.ts";
import type { RoomRecord } from "@/lib/server/rooms.ts";
import type { MemberClaims } from "@/lib/server/tokens.ts";
import { VirtualClock } from "../fakes/clock.ts";
import { between } from "../fakes/random.ts";
import { Rig, type RunningInstance } from "../server/rig.ts";
import { frame } from "./frames.ts";

const ROOMS = 6;
const SEATS = 6;
const ACTORS = 24;
/** Connections of one member that are remembered; what is forgotten is lost. */
const LINES = 3;

/** How many members an instance remembers the rates of: few, so that it is soon as many as it will ever be. */
const LIMIT_SOCKETS = "100";

/** How much time goes by, at most, until the next one acts. */
const HASTE_MS = 50;
/** After so long nobody who is away has a seat any more. */
const REST_MS = 60_000;

/** The errors with which frames are refused that are no messages. */
const MALFORMED: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "bad-json",
  "invalid-message",
  "unknown-type",
  "signal-too-large",
]);

/** What became of the frames that were sent; of the others their connection had ended, or they were binary or too large. */
export interface FrameCounts {
  sent: number;
  /** Of those that reached the parser: what it took, and what it refused. */
  messages: number;
  malformed: number;
  /** Thrown away unread, because they came too fast. */
  overRate: number;
}

/** Somebody with a token, and all the connections that it has opened with it: most of them are over. */
interface Actor {
  claims: MemberClaims;
  lines: { connection: Connection; socket: WatchedSocket }[];
}

/** Who may be heard where: the members that each room ever had. */
type Rooms = Map<string, Set<string>>;

/** A socket that looks at all it is given. */
class WatchedSocket implements Socket {
  bufferedAmount = 0;
  incarnation = 0;
  readonly #roomId: string;
  readonly #rooms: Rooms;
  readonly #wrong: string[];

  /** `wrong` takes, in words, what must never arrive in this room. */
  constructor(roomId: string, rooms: Rooms, wrong: string[]) {
    this.#roomId = roomId;
    this.#rooms = rooms;
    this.#wrong = wrong;
  }

  send(text: string): void {
    const mine = this.#rooms.get(this.#roomId)!;
    const [, from] = /^\{"type":"[a-z-]+","from":"([^"]*)"/.exec(text) ?? [];
    if (from !== undefined && !mine.has(from)) {
      this.#wrong.push(`from ${from}, who is not of this room`);
    }
    for (const [, roomId, memberId] of text.matchAll(/§([^§]*)§([^§]*)§/g)) {
      // A damaged frame may well say something that is nobody's.
      if (!this.#rooms.get(roomId)?.has(memberId)) continue;
      if (roomId !== this.#roomId) this.#wrong.push(`out of room ${roomId}`);
      if (text.startsWith('{"type":"signal"') && memberId !== from) {
        this.#wrong.push(`from ${from}, said by ${memberId}`);
      }
    }
    const [, life] = /^\{"type":"welcome".*?"incarnation":(\d+)/.exec(text) ??
      [];
    if (life !== undefined) this.incarnation = Number(life);
  }

  close(): void {}
}

/** Two instances with some rooms, people in every state of a connection, and one room that nobody of them is in. */
export class FuzzWorld implements AsyncDisposable {
  readonly wrong: string[] = [];
  /** What has been logged as a defect of ours. */
  readonly defects: string[] = [];
  connections = 0;
  #sent = 0;
  /** Binary frames to connections that lived: refused like JSON that is none, and never parsed. */
  #binary = 0;
  readonly #random: () => number;
  readonly #clock = new VirtualClock();
  readonly #rig = new Rig();
  readonly #instances: RunningInstance[] = [];
  readonly #rooms: Rooms = new Map();
  /** Those that are not over. */
  readonly #open: RoomRecord[] = [];
  readonly #actors: Actor[] = [];
  #quiet?: Connection;

  private constructor(random: () => number) {
    this.#random = random;
  }

  static async start(random: () => number): Promise<FuzzWorld> {
    const world = new FuzzWorld(random);
    // One that lets nearly everything through, one whose rates are as they are by default.
    const clock = world.#clock;
    world.#instances.push(
      await world.#rig.start({
        clock,
        env: {
          LIMIT_SOCKETS,
          LIMIT_MESSAGES_PER_SECOND: "10000",
          LIMIT_MESSAGE_BURST: "100000",
          LIMIT_BYTES_PER_SECOND: "67108864",
          LIMIT_BYTE_BURST: "67108864",
          LIMIT_CHANGES_PER_MINUTE: "10000",
        },
      }),
      await world.#rig.start({ clock, env: { LIMIT_SOCKETS } }),
    );
    await world.#seatQuiet();
    for (let n = 0; n < ROOMS; n++) await world.#newRoom();
    while (world.#actors.length < ACTORS) await world.#newActor();
    return world;
  }

  /** How many frames have reached the parser. */
  get read(): number {
    return this.#messages + this.#malformed;
  }

  /** What became of the frames so far. */
  async counts(): Promise<FrameCounts> {
    let overRate = 0;
    for (const { instance: { metrics } } of this.#instances) {
      const { values: [unheard] } = await metrics.unheardMessages.get();
      overRate += unheard.value;
    }
    return {
      sent: this.#sent,
      messages: this.#messages,
      malformed: this.#malformed,
      overRate,
    };
  }

  get #messages(): number {
    let count = 0;
    for (const { instance } of this.#instances) {
      for (const [, times] of instance.metrics.messages.entries()) {
        count += times;
      }
    }
    return count;
  }

  get #malformed(): number {
    let count = -this.#binary;
    for (const { instance } of this.#instances) {
      for (const [code, times] of instance.metrics.refusedMessages.entries()) {
        if (MALFORMED.has(code)) count += times;
      }
    }
    return count;
  }

  /** Lets people do things until so many more frames have reached the parser. */
  async run(frames: number): Promise<void> {
    for (const until = this.read + frames; this.read < until;) {
      await this.#act();
    }
    const logged = this.#rig.logged.splice(0);
    this.defects.push(
      ...logged.filter((line) => line.includes('"level":"error"')),
    );
  }

  /** One of the instances goes: it turns away who comes, and its people go on talking. */
  startMoving(): void {
    this.#instances[1].instance.reception.startMoving();
  }

  /** Nobody does anything for a minute: what is kept for who is away is let go of. */
  async rest(): Promise<void> {
    await this.#clock.advance(REST_MS, this.#rig.settleStore);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { lines } of this.#actors) {
      for (const { connection } of lines) connection.lost();
    }
    this.#quiet?.lost();
    // Instances that end wait for a while, and that is this clock's.
    let isOver = false;
    const over = this.#rig[Symbol.asyncDispose]().finally(() => isOver = true);
    while (!isOver) {
      await this.#clock.advance(HASTE_MS, this.#rig.settleStore);
    }
    await over;
  }

  async #act(): Promise<void> {
    const random = this.#random;
    const at = Math.floor(random() * this.#actors.length);
    const actor = this.#actors[at];
    const isOver = actor.lines.at(-1)?.connection.ended;
    const chance = random() * (isOver ? 0.2 : 1);
    if (chance < 0.02) {
      this.#actors.splice(at, 1);
      for (const { connection } of actor.lines) connection.lost();
      return await this.#newActor();
    }
    if (chance < 0.1) this.#connect(actor);
    else if (chance < 0.13) pickLine(actor, random)?.connection.lost();
    this.#talk(actor);
    // Now and then what is under way may end; mostly the next one talks into it.
    if (random() < 0.5) return;
    await this.#clock.advance(
      between(random, 0, HASTE_MS),
      this.#rig.settleStore,
    );
  }

  /** Sends frames on one of the actor's connections, those included that are over or have not begun. */
  #talk(actor: Actor): void {
    const random = this.#random;
    const line = pickLine(actor, random);
    if (!line) return;
    const { roomId, memberId } = actor.claims;
    const everyone = this.#actors.map(({ claims }) => claims);
    const here = everyone.filter((claims) => claims.roomId === roomId);
    const memberIds = (random() < 0.8 ? here : everyone)
      .map(({ memberId }) => memberId);
    const mark = `§${roomId}§${memberId}§`;
    for (let n = between(random, 1, 60); n > 0; n--) {
      const data = frame({ random, memberIds, mark });
      if (typeof data !== "string" && !line.connection.ended) this.#binary++;
      line.connection.receive(data);
      this.#sent++;
    }
  }

  #connect(actor: Actor): void {
    const random = this.#random;
    const { roomId } = actor.claims;
    const socket = new WatchedSocket(roomId, this.#rooms, this.wrong);
    const life = actor.lines.at(-1)?.socket.incarnation;
    const incarnation = random() < 0.5
      ? undefined
      : random() < 0.8
      ? life || undefined
      : between(random, 1, 5);
    const { instance } = this.#instances[random() < 0.5 ? 0 : 1];
    const connection = instance.reception.connect(
      socket,
      actor.claims,
      incarnation,
    );
    this.connections++;
    actor.lines.push({ connection, socket });
    if (actor.lines.length > LINES) actor.lines.shift()!.connection.lost();
  }

  async #newActor(): Promise<void> {
    const random = this.#random;
    for (;;) {
      const at = Math.floor(random() * this.#open.length);
      const room = this.#open[at];
      const { instance } = this.#instances[0];
      try {
        const role = random() < 0.3
          ? "host"
          : random() < 0.3
          ? "listener"
          : "speaker";
        const seat = await instance.takeSeat(room, { name: "Eve", role });
        this.#rooms.get(room.roomId)!.add(seat.memberId);
        const { claims } = await instance.tokens.issueMember({
          roomId: room.roomId,
          ...seat,
        });
        const actor: Actor = { claims, lines: [] };
        this.#actors.push(actor);
        return this.#connect(actor);
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
        // Full, locked or over: others come into another room.
        this.#open.splice(at, 1);
        await this.#newRoom();
      }
    }
  }

  async #newRoom(): Promise<void> {
    const room = await this.#instances[0].room({ maxParticipants: SEATS });
    this.#open.push(room);
    this.#rooms.set(room.roomId, new Set());
  }

  /** Somebody in a room of its own, who must hear of nothing. */
  async #seatQuiet(): Promise<void> {
    const [{ instance }] = this.#instances;
    const room = await this.#instances[0].room();
    const { roomId } = room;
    const seat = await instance.takeSeat(room, { name: "Q", role: "speaker" });
    const { claims } = await instance.tokens.issueMember({ roomId, ...seat });
    this.#rooms.set(roomId, new Set());
    const socket = new WatchedSocket(roomId, this.#rooms, this.wrong);
    this.#quiet = instance.reception.connect(socket, claims, undefined);
    await this.#rig.settle();
    socket.send = (text) => this.wrong.push(`to who is alone: ${text}`);
    socket.close = () => this.wrong.push("who is alone was closed");
  }
}

function pickLine({ lines }: Actor, random: () => number) {
  return lines[
    random() < 0.8 ? lines.length - 1 : Math.floor(random() * lines.length)
  ];
}

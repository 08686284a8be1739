import { setImmediate } from "node:timers";
import { App } from "fresh";
import type { State } from "@/lib/define.ts";
import type { Clock } from "@/lib/protocol/clock.ts";
import type {
  ClientMessage,
  MessageOf,
  Role,
  ServerMessage,
} from "@/lib/protocol/messages.ts";
import { CreateRoom } from "@/lib/protocol/room.ts";
import { check } from "@/lib/protocol/parse.ts";
import type { Carrier } from "@/lib/server/bus/carrier.ts";
import { MemoryHub } from "@/lib/server/bus/carrier_memory.ts";
import { Instance } from "@/lib/server/instance.ts";
import { Log } from "@/lib/server/log.ts";
import type { RoomRecord } from "@/lib/server/rooms.ts";
import { readSettings } from "@/lib/server/settings.ts";
import { Store } from "@/lib/server/store.ts";
import { SYSTEM_CLOCK } from "@/lib/protocol/clock.ts";
import { problem } from "@/lib/server/problem.ts";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import { turns } from "../fakes/clock.ts";
import { handler as ws } from "@/routes/ws.ts";

const SECRET = "a secret for tests, which nobody else has seen";

/** One KV database and one hub of carriers, and as many instances on them as a test starts. */
export class Rig {
  readonly hub = new MemoryHub();
  readonly logged: string[] = [];
  /** Called for every atomic write, with the keys and values that it sets and deletes. */
  onWrite: (written: unknown[]) => void = () => {};
  /** Called for every read of one key or of a list, with the keys and values that were found. */
  onRead: (found: unknown[]) => void = () => {};
  readonly #kv: Promise<Deno.Kv> = Deno.openKv(":memory:");
  readonly #servers: RunningInstance[] = [];
  #operations = 0;

  /** For {@linkcode VirtualClock.advance}: resolves when the database and the sockets have come to rest. */
  readonly settle = async (): Promise<void> => {
    for (let still = 0; still < 5; still++) {
      await turns(1);
      if (this.#operations > 0) still = -1;
    }
  };

  /** As `settle`, and far quicker, for hours in which nothing comes over a socket: waits for the database alone. */
  readonly settleStore = async (): Promise<void> => {
    do await new Promise((resolve) => setImmediate(resolve)); while (
      this.#operations > 0
    );
  };

  /** Starts an instance with a WebSocket server on a port of its own. */
  async start(
    options: {
      clock?: Clock;
      env?: Record<string, string>;
      carriers?: Carrier[];
      /** Whether this instance cannot reach the database now. */
      isCutOff?: () => boolean;
      /** Whether this instance's watch on the database never tells anything. */
      isDeaf?: boolean;
    } = {},
  ): Promise<RunningInstance> {
    const clock = options.clock ?? SYSTEM_CLOCK;
    const settings = readSettings((name) =>
      ({ JWT_SECRET: SECRET, ...options.env })[name]
    );
    const kv = await this.#kv;
    // Instances share the database; none may close it.
    const shared = new Proxy(kv, {
      get: (target, name) => {
        if (name === "close") return () => {};
        // What is no promise, `await` finds out by asking for it.
        if (name === "then") return undefined;
        if (options.isCutOff?.()) throw new Error("cut off");
        if (name === "watch" && options.isDeaf) {
          return () => new ReadableStream();
        }
        if (name === "atomic") return () => this.#watched(target.atomic());
        if (name === "list") return this.#listed.bind(this, target);
        if (name === "get") return this.#got.bind(this, target);
        const value = Reflect.get(target, name);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    const instance = new Instance({
      settings,
      store: new Store(() => Promise.resolve(shared), clock),
      carriers: options.carriers ?? [this.hub.carrier()],
      log: new Log((line) => this.logged.push(line), clock),
      clock,
    });
    const server = new RunningInstance(instance);
    this.#servers.push(server);
    return server;
  }

  #watched(atomic: Deno.AtomicOperation): Deno.AtomicOperation {
    const written: unknown[] = [];
    const { set, delete: remove, commit } = atomic;
    atomic.set = (key, value, options) => {
      written.push([key, value]);
      return set.call(atomic, key, value, options);
    };
    atomic.delete = (key) => {
      written.push([key]);
      return remove.call(atomic, key);
    };
    atomic.commit = () => {
      this.onWrite(written);
      return this.#underWay(commit.call(atomic));
    };
    return atomic;
  }

  async *#listed(
    kv: Deno.Kv,
    selector: Deno.KvListSelector,
  ): AsyncGenerator<Deno.KvEntry<unknown>> {
    const all = await this.#underWay(Array.fromAsync(kv.list(selector)));
    this.onRead(all.map(({ key, value }) => [key, value]));
    yield* all;
  }

  async #got(
    kv: Deno.Kv,
    key: Deno.KvKey,
  ): Promise<Deno.KvEntryMaybe<unknown>> {
    const entry = await this.#underWay(kv.get(key));
    this.onRead([[key, entry.value]]);
    return entry;
  }

  async #underWay<T>(operation: Promise<T>): Promise<T> {
    this.#operations++;
    try {
      return await operation;
    } finally {
      this.#operations--;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.#servers) await server.stop();
    (await this.#kv).close();
  }
}

/** An instance, and the server that its clients connect to. */
export class RunningInstance {
  readonly instance: Instance;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #clients: TestClient[] = [];
  #stopped = false;

  constructor(instance: Instance) {
    this.instance = instance;
    const app = new App<State>()
      .use(async (ctx) => {
        ctx.state.instance = instance;
        try {
          return await ctx.next();
        } catch (error) {
          if (error instanceof ProtocolError) return problem(error);
          throw error;
        }
      })
      .all("/ws", ws);
    this.#server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen() {} },
      app.handler(),
    );
  }

  get url(): string {
    return `ws://127.0.0.1:${this.#server.addr.port}/ws`;
  }

  /** Makes a room; two seats unless told otherwise. */
  room(wish: Record<string, unknown> = {}): Promise<RoomRecord> {
    return this.instance.rooms.create(check(CreateRoom, wish));
  }

  /** Takes a seat, and returns the member's token. */
  async join(
    room: RoomRecord,
    name: string,
    role: Role = "speaker",
  ): Promise<{ token: string; memberId: string }> {
    const seat = await this.instance.takeSeat(room, { name, role });
    const { roomId } = room;
    const { token } = await this.instance.tokens.issueMember({
      roomId,
      ...seat,
    });
    return { token, memberId: seat.memberId };
  }

  /** Opens a connection with a token, or with whatever else is given. */
  connect(
    token: string,
    options: { incarnation?: number | string } = {},
  ): TestClient {
    const query = options.incarnation === undefined
      ? ""
      : `?incarnation=${options.incarnation}`;
    return this.open(`${this.url}${query}`, ["ringdown.v1", `token.${token}`]);
  }

  /** Takes a seat and connects. */
  async enter(
    room: RoomRecord,
    name: string,
    role?: Role,
  ): Promise<TestClient> {
    const { token, memberId } = await this.join(room, name, role);
    const client = this.connect(token);
    client.token = token;
    client.memberId = memberId;
    client.incarnation = (await client.next("welcome")).you.incarnation;
    return client;
  }

  /** Lets several people enter, one after the other. */
  async enterAll(room: RoomRecord, ...names: string[]): Promise<TestClient[]> {
    const entered: TestClient[] = [];
    for (const name of names) entered.push(await this.enter(room, name));
    return entered;
  }

  open(url: string, protocols: string[]): TestClient {
    const client = new TestClient(new WebSocket(url, protocols));
    this.#clients.push(client);
    return client;
  }

  /** Ends the server as a crash would: nothing is said or written any more. */
  async kill(): Promise<void> {
    this.instance.switchboard.close();
    this.instance.seats.close();
    this.instance.reception.startMoving();
    await this.stop();
  }

  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    for (const client of this.#clients) client.socket.close();
    await Promise.all(this.#clients.map((client) => client.closed));
    // The instance hears of it a little later, and would wait for its clients on a clock that may stand still.
    for (let n = 0; n < 1_000 && this.instance.switchboard.size > 0; n++) {
      await turns(1);
    }
    await this.instance.close();
    await this.#server.shutdown();
  }
}

/** A program that speaks the protocol by hand: it neither numbers nor acknowledges unless a test does. */
export class TestClient {
  token = "";
  memberId = "";
  incarnation = 0;
  readonly received: ServerMessage[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  #waiting: (() => void)[] = [];
  #over = false;

  constructor(readonly socket: WebSocket) {
    socket.onmessage = ({ data }) => {
      this.received.push(JSON.parse(data));
      this.#wake();
    };
    // An error is always followed by a close.
    socket.onerror = (event) => event.preventDefault();
    this.closed = new Promise((resolve) => {
      socket.onclose = ({ code, reason }) => {
        this.#over = true;
        this.#wake();
        resolve({ code, reason });
      };
    });
  }

  /** The next message of a type that was not asked for before. Rejects when the connection ends first. */
  async next<T extends ServerMessage["type"]>(
    type: T,
  ): Promise<MessageOf<ServerMessage, T>> {
    for (;;) {
      const at = this.received.findIndex((message) => message.type === type);
      if (at >= 0) {
        return this.received.splice(at, 1)[0] as MessageOf<ServerMessage, T>;
      }
      if (this.#over) {
        throw new Error(`the connection ended before a ${type} came`);
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Everything that has come so far, once the server has answered a ping: nothing sent before that can still be on its way. */
  async settled(): Promise<ServerMessage[]> {
    this.send({ type: "ping" });
    await this.next("pong");
    return this.received.splice(0);
  }

  send(message: ClientMessage): void {
    this.sendText(JSON.stringify(message));
  }

  sendText(text: string | Uint8Array<ArrayBuffer>): void {
    this.socket.send(text);
  }

  async opened(): Promise<void> {
    if (this.socket.readyState !== WebSocket.CONNECTING) return;
    await new Promise((resolve) =>
      this.socket.addEventListener("open", resolve, { once: true })
    );
  }

  close(): void {
    this.socket.close();
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** Ann and Ben in one room, each on an instance of its own. */
export async function apart(
  [one, other]: [RunningInstance, RunningInstance],
): Promise<[TestClient, TestClient]> {
  const room = await one.room({ maxParticipants: 3 });
  const ann = await one.enter(room, "Ann");
  const ben = await other.enter(room, "Ben");
  await ann.next("join");
  return [ann, ben];
}

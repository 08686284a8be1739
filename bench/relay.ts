/** The servers that are compared: how each is started, and how a pair connects through it. */
import { type Dialect, End } from "./end.ts";
import { nodePath } from "./node.ts";
import { type Command, freePort, serve, stop } from "./process.ts";

/** A server in its own process. */
export interface Relay {
  name: string;
  /** The command that serves on `port` of this machine. */
  command(port: number): Promise<Command>;
  /** How the two of the `n`th pair speak to the server. */
  pair(origin: string, n: number): Promise<[Dialect, Dialect]>;
}

const here = (path: string) => new URL(path, import.meta.url).pathname;

const onNode = (script: string) => async () => ({
  name: "node",
  args: [here(`relays/${script}`)],
  env: await nodePath(),
});

/** Two that find each other by `to`, each known by the `id` that it connects with. */
function byId(path: string) {
  return (origin: string, n: number): Promise<[Dialect, Dialect]> => {
    const end = (me: string, to: string): Dialect => ({
      url: `${origin}${path}${me}${n}`,
      signal: "{",
      frame: { data: `{"to":"${to}${n}","data":`, end: "}" },
    });
    return Promise.resolve([end("a", "b"), end("b", "a")]);
  };
}

/** The least that a relay on Deno can do: the baseline. */
export const BARE: Relay = {
  name: "bare Deno relay",
  command: () =>
    Promise.resolve({
      name: Deno.execPath(),
      args: ["run", "-A", here("relays/bare.ts")],
    }),
  pair: byId("/?id="),
};

export const NODE_WS: Relay = {
  name: "Node ws",
  command: onNode("node_ws.cjs"),
  pair: byId("/?id="),
};

export const SOCKET_IO: Relay = {
  name: "Socket.IO",
  command: onNode("socket_io.cjs"),
  pair(origin, n) {
    const end: Dialect = {
      url: `${origin}/socket.io/?EIO=4&transport=websocket&room=${n}`,
      greeting: "40",
      welcome: "40",
      signal: "42",
      frame: { data: '42["signal",{"data":', end: "}]" },
    };
    return Promise.resolve([end, end]);
  },
};

/** Our server's settings for the load: the limits are for people, and one machine plays thousands of them. */
const SETTINGS = {
  DENO_KV_URL: ":memory:",
  LIMIT_MESSAGES_PER_SECOND: "10000",
  LIMIT_MESSAGE_BURST: "100000",
  LIMIT_BYTES_PER_SECOND: "67108864",
  LIMIT_BYTE_BURST: "67108864",
  LIMIT_SOCKETS: "100000",
  LIMIT_SOCKETS_PER_ADDRESS: "100000",
  LIMIT_REQUESTS_PER_MINUTE: "1000000",
  LIMIT_ROOMS_PER_MINUTE: "1000000",
  LIMIT_JOINS_PER_MINUTE: "1000000",
};

/** Our server, as it is built, with all that it does; with more settings and flags of `deno serve` if need be. */
export const ringdown = (
  env: Record<string, string> = {},
  ...flags: string[]
): Relay => ({
  name: "Ringdown",
  command: (port) =>
    Promise.resolve({
      name: Deno.execPath(),
      args: [
        "serve",
        "-A",
        "--quiet",
        ...flags,
        "--host=127.0.0.1",
        `--port=${port}`,
        here("../_fresh/server.js"),
      ],
      env: { ...SETTINGS, ...env },
    }),
  async pair(origin) {
    const { ann, ben } = await twoSeats(origin);
    return [seat(origin, ann, ben), seat(origin, ben, ann)];
  },
});

export const RINGDOWN = ringdown();

/** Who has joined, as the server answers. */
export interface Joined {
  roomId: string;
  memberId: string;
  token: string;
}

/** Makes a room of ours, and joins it twice. */
export async function twoSeats(
  origin: string,
): Promise<{ ann: Joined; ben: Joined }> {
  const { roomId } = await post(`${origin}/api/rooms`, {});
  const join = `${origin}/api/rooms/${roomId}/join`;
  return {
    ann: await post(join, { name: "Ann" }),
    ben: await post(join, { name: "Ben" }),
  };
}

/** How somebody who has joined speaks to another member. */
export function seat(
  origin: string,
  { token }: Joined,
  { memberId }: Joined,
): Dialect {
  const head = `"to":"${memberId}","toIncarnation":1,"id":`;
  return {
    url: `${origin}/ws`,
    protocols: ["ringdown.v1", `token.${token}`],
    welcome: '{"type":"welcome"',
    signal: '{"type":"signal"',
    frame: { number: `{"type":"signal",${head}`, data: ',"data":', end: "}" },
    acknowledgement: { number: `{"type":"ack",${head}`, end: "}" },
    farewell: '{"type":"leave"}',
  };
}

async function post(url: string, body: object): Promise<Joined> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return await response.json();
}

/** How many pairs are seated or connect at a time. */
const AT_ONCE = 50;

async function each<T>(
  count: number,
  make: (n: number) => Promise<T>,
): Promise<T[]> {
  const made: T[] = [];
  let next = 0;
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let n = next++; n < count; n = next++) made.push(await make(n));
  }));
  return made;
}

/** A relay that runs. */
export class Running {
  private constructor(
    readonly relay: Relay,
    readonly origin: string,
    readonly process: Deno.ChildProcess,
  ) {}

  static async start(relay: Relay): Promise<Running> {
    const port = freePort();
    const process = await serve(await relay.command(port), port);
    return new Running(relay, `http://127.0.0.1:${port}`, process);
  }

  get pid(): number {
    return this.process.pid;
  }

  /** Gives the two of each of so many pairs what they need to connect. */
  seats(count: number): Promise<[Dialect, Dialect][]> {
    return each(count, (n) => this.relay.pair(this.origin, n));
  }

  /** Connects the `n`th pair. */
  async pair(n: number): Promise<[End, End]> {
    const [caller, callee] = await this.relay.pair(this.origin, n);
    return [await End.open(caller), await End.open(callee)];
  }

  /** Connects so many pairs. */
  pairs(count: number): Promise<[End, End][]> {
    return each(count, (n) => this.pair(n));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await stop(this.process);
  }
}

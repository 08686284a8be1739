/**
 * Signaling set-ups per second of the server's processor time, against a bare Deno relay in the same run.
 *
 * A set-up is what two browsers exchange before they talk: an offer, an answer and ten candidates, 12 messages. On our server with all that
 * it does: rooms and tokens, checked messages, stamps, numbered and acknowledged signals. The load comes from npm's `ws` without delay.
 */
import { WebSocket } from "ws";
import { cpuSeconds, freePort, median, serve } from "./process.ts";

const PAIRS = 50;
const SET_UPS_PER_PAIR = 60;
const ROUNDS = 5;

const OFFER = {
  description: { type: "offer", sdp: "v=0\r\n".padEnd(5_500, "a=x\r\n") },
};
const ANSWER = {
  description: { type: "answer", sdp: "v=0\r\n".padEnd(5_500, "a=x\r\n") },
};
const CANDIDATE = {
  candidates: [{
    candidate:
      "candidate:1 1 udp 2122260223 192.0.2.1 54321 typ host generation 0"
        .padEnd(180),
    sdpMid: "0",
  }],
};

/** One end of a pair: sends signals, counts those that come, and says when there were six. */
interface End {
  send(data: unknown): void;
  /** Resolves when six more signals have come. */
  six(): Promise<void>;
  close(): void;
}

/** Opens a socket, waits for the welcome where there is one, and makes an end of it. `wrap` gives the frame of a signal, `taken` what to say after six of them. */
async function open(
  url: string,
  protocols: string[],
  wrap: (data: unknown) => string,
  taken: (id: number) => string | undefined,
): Promise<End> {
  const socket = new WebSocket(url, protocols, { perMessageDeflate: false });
  await new Promise((resolve, reject) => {
    socket.on(protocols.length === 0 ? "open" : "message", resolve);
    socket.on("error", reject);
  });
  socket.removeAllListeners("message");
  let count = 0;
  let wake = () => {};
  socket.on("message", (text: { toString(): string }) => {
    const message = JSON.parse(text.toString());
    if (message.data === undefined || message.type === "join") return;
    if (++count % 6 !== 0) return;
    const answer = taken(count);
    if (answer) socket.send(answer);
    wake();
  });
  let expected = 0;
  return {
    send: (data) => socket.send(wrap(data)),
    six: () => {
      expected += 6;
      return new Promise((resolve) => {
        wake = () => count >= expected && resolve();
        wake();
      });
    },
    close: () => socket.close(),
  };
}

async function setUp([caller, callee]: [End, End]): Promise<void> {
  const [called, answered] = [callee.six(), caller.six()];
  caller.send(OFFER);
  for (let n = 0; n < 5; n++) caller.send(CANDIDATE);
  await called;
  callee.send(ANSWER);
  for (let n = 0; n < 5; n++) callee.send(CANDIDATE);
  await answered;
}

async function barePair(port: number, n: number): Promise<[End, End]> {
  const end = (me: string, to: string) =>
    open(
      `ws://127.0.0.1:${port}/?id=${me}${n}`,
      [],
      (data) => JSON.stringify({ to: `${to}${n}`, data }),
      () => undefined,
    );
  return [await end("a", "b"), await end("b", "a")];
}

async function post(
  url: string,
  body: object,
): Promise<Record<string, string>> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return await response.json();
}

async function ringdownPair(port: number): Promise<[End, End]> {
  const origin = `http://127.0.0.1:${port}`;
  const { roomId } = await post(`${origin}/api/rooms`, {});
  const seats = [
    await post(`${origin}/api/rooms/${roomId}/join`, { name: "A" }),
    await post(`${origin}/api/rooms/${roomId}/join`, { name: "B" }),
  ];
  const end = (me: number) => {
    const to = seats[1 - me].memberId;
    let id = 0;
    return open(
      `ws://127.0.0.1:${port}/ws`,
      ["ringdown.v1", `token.${seats[me].token}`],
      (data) =>
        JSON.stringify({
          type: "signal",
          to,
          toIncarnation: 1,
          id: ++id,
          data,
        }),
      (last) => JSON.stringify({ type: "ack", to, toIncarnation: 1, id: last }),
    );
  };
  return [await end(0), await end(1)];
}

/** Set-ups per second of processor time of a server. */
async function measure(
  args: (port: number) => string[],
  env: Record<string, string>,
  pair: (port: number, n: number) => Promise<[End, End]>,
): Promise<number> {
  const port = freePort();
  const server = await serve(args(port), port, env);
  try {
    const pairs = await Promise.all(
      Array.from({ length: PAIRS }, (_, n) => pair(port, n)),
    );
    await Promise.all(pairs.map(setUp));
    const before = await cpuSeconds(server.pid);
    await Promise.all(pairs.map(async (ends) => {
      for (let n = 1; n < SET_UPS_PER_PAIR; n++) await setUp(ends);
    }));
    const used = await cpuSeconds(server.pid) - before;
    for (const ends of pairs) ends.forEach((end) => end.close());
    return PAIRS * (SET_UPS_PER_PAIR - 1) / used;
  } finally {
    server.kill("SIGKILL");
    await server.status;
  }
}

/** Our server's settings for the load: the limits are for people, and one machine plays a hundred of them. */
const SETTINGS = {
  DENO_KV_URL: ":memory:",
  LIMIT_MESSAGES_PER_SECOND: "10000",
  LIMIT_MESSAGE_BURST: "100000",
  LIMIT_REQUESTS_PER_MINUTE: "1000000",
  LIMIT_ROOMS_PER_MINUTE: "1000000",
  LIMIT_JOINS_PER_MINUTE: "1000000",
};

const BARE = new URL("bare_relay.ts", import.meta.url).pathname;
const BUILT = new URL("../_fresh/server.js", import.meta.url).pathname;

/** Measures, and prints one line. Wants the product built. */
export async function benchSignaling(): Promise<void> {
  const bare: number[] = [];
  const ours: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(
      await measure(() => ["run", "-A", BARE], {}, barePair),
    );
    ours.push(
      await measure(
        (port) => ["serve", "-A", "--host=127.0.0.1", `--port=${port}`, BUILT],
        SETTINGS,
        ringdownPair,
      ),
    );
  }
  const [a, b] = [median(ours), median(bare)];
  console.log(
    `signaling set-ups per CPU second: ${a.toFixed(0)}; bare relay ${
      b.toFixed(0)
    }; ratio ${(a / b).toFixed(2)} (target: at least 0.7)`,
  );
}

if (import.meta.main) await benchSignaling();

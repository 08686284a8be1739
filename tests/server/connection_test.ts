import { assert, assertEquals } from "@std/assert";
import { Connection, type Socket } from "@/lib/server/connection.ts";
import { Log } from "@/lib/server/log.ts";
import { VirtualClock } from "../fakes/clock.ts";
import { seededRandom } from "../fakes/random.ts";
import { Rig } from "./rig.ts";

const LIMITS = {
  messagesPerSecond: 50,
  messageBurst: 200,
  maxBufferedBytes: 262_144,
};

class FakeSocket implements Socket {
  bufferedAmount = 0;
  sent: { type: string; code?: string; reason?: string }[] = [];
  closed?: number;
  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  close(code: number): void {
    this.closed = code;
  }
}

function connect(): {
  socket: FakeSocket;
  connection: Connection;
  clock: VirtualClock;
  logged: string[];
} {
  const [socket, clock, logged] = [
    new FakeSocket(),
    new VirtualClock(),
    [] as string[],
  ];
  const connection = new Connection(
    socket,
    LIMITS,
    clock,
    new Log((line) => logged.push(line), clock),
  );
  return { socket, connection, clock, logged };
}

Deno.test("Connection: messages that come before it begins wait, and keep their order", () => {
  const { connection } = connect();
  const heard: string[] = [];
  connection.onMessage = ({ type }) => heard.push(type);
  connection.receive('{"type":"ping"}');
  connection.receive('{"type":"leave"}');
  assertEquals(heard, []);
  connection.begin();
  connection.receive('{"type":"end"}');
  assertEquals(heard, ["ping", "leave", "end"]);
});

Deno.test("Connection: what breaks while a message is handled is logged, told as ours, and ends nothing", () => {
  const { connection, socket, logged } = connect();
  connection.onMessage = () => {
    throw new Error("the secret is hunter2");
  };
  connection.begin();
  connection.receive('{"type":"ping"}');
  assertEquals(socket.sent.map(({ code }) => code), ["internal"]);
  assertEquals(logged.length, 1);
  assert(!logged[0].includes("hunter2"));
  assert(!connection.ended);
});

Deno.test("Connection: over 50 messages a second are refused, and 400 of them end it", () => {
  const { connection, socket } = connect();
  let heard = 0;
  connection.onMessage = () => heard++;
  connection.begin();
  for (let n = 0; n < 250; n++) connection.receive('{"type":"ping"}');
  assertEquals(heard, 200);
  assertEquals(
    new Set(socket.sent.map(({ code }) => code)),
    new Set(["rate-limited"]),
  );
  for (let n = 0; n < 400; n++) connection.receive('{"type":"ping"}');
  assertEquals(socket.closed, 4529);
  assertEquals(socket.sent.at(-1)?.type, "bye");
});

Deno.test("Connection: a client that pauses may go on", async () => {
  const { connection, clock } = connect();
  let heard = 0;
  connection.onMessage = () => heard++;
  connection.begin();
  for (let n = 0; n < 300; n++) connection.receive('{"type":"ping"}');
  await clock.advance(2_000);
  for (let n = 0; n < 150; n++) connection.receive('{"type":"ping"}');
  assertEquals(heard, 300);
});

Deno.test("Connection: a client that does not read is ended at once", () => {
  const { connection, socket } = connect();
  let endings = 0;
  connection.whenEnded(() => endings++);
  socket.bufferedAmount = LIMITS.maxBufferedBytes + 1;
  connection.send({ type: "pong" });
  assertEquals([socket.closed, socket.sent.length, endings], [4508, 0, 1]);
  connection.lost();
  connection.lost();
  assertEquals(endings, 1);
});

const TYPES = [
  "signal",
  "ack",
  "track-state",
  "presence",
  "cloudflare-session",
  "leave",
  "ping",
  "mute",
  "remove",
  "lock",
  "end",
  "knock",
  "constructor",
  "__proto__",
];
const VALUES = [
  null,
  true,
  false,
  0,
  -1,
  1,
  1.5,
  2 ** 53,
  1e308,
  "",
  "x",
  "m".repeat(65),
  "\u202e",
  "\ud800",
  "a\u0000b",
  [],
  {},
  [[]],
  { __proto__: null },
  "audio",
  "video",
  "x".repeat(40_000),
  { a: { b: { c: [1, 2, 3] } } },
];
const FIELDS = [
  "to",
  "toIncarnation",
  "id",
  "base",
  "data",
  "from",
  "incarnation",
  "kind",
  "enabled",
  "handRaised",
  "callSign",
  "status",
  "sessionId",
  "tracks",
  "memberId",
  "locked",
  "__proto__",
  "constructor",
];

/** A frame that is no message, nearly one, or one. */
function frame(random: () => number, memberIds: readonly string[]): string {
  const pick = <T>(list: readonly T[]): T =>
    list[Math.floor(random() * list.length)];
  if (random() < 0.15) {
    return Array.from(
      { length: random() * 60 },
      () => String.fromCharCode(random() * 0x3000),
    ).join("");
  }
  const message: Record<string, unknown> = {
    type: random() < 0.95 ? pick(TYPES) : pick(VALUES),
  };
  for (let n = random() * 6; n > 0; n--) {
    const field = pick(FIELDS);
    Object.defineProperty(message, field, {
      value: (field === "to" || field === "memberId") && random() < 0.7
        ? pick(memberIds)
        : pick(VALUES),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  const text = JSON.stringify(message);
  const whole = random() < 0.9 && text.length < 60_000;
  return whole ? text : text.slice(0, random() * 60_000);
}

Deno.test("connection: 20,000 frames of garbage break nothing, leak nothing and end nobody else's call", async () => {
  await using rig = new Rig();
  const server = await rig.start({
    env: { LIMIT_MESSAGES_PER_SECOND: "10000", LIMIT_MESSAGE_BURST: "100000" },
  });
  const room = await server.room({ maxParticipants: 8 });
  const quiet = await server.room();
  const [ann, ben, stranger] = [
    await server.enter(room, "Ann"),
    await server.enter(room, "Ben"),
    await server.enter(quiet, "Stranger"),
  ];
  await ann.settled();
  const random = seededRandom(1);
  let eve = await server.enter(room, "Eve");
  for (let sent = 0; sent < 20_000; sent++) {
    if (eve.socket.readyState !== WebSocket.OPEN) {
      eve = await server.enter(room, "Eve");
    }
    eve.sendText(
      frame(random, [
        ann.memberId,
        ben.memberId,
        stranger.memberId,
        eve.memberId,
      ]),
    );
    // A round trip now and then: a leave among the frames is noticed, and the socket's buffer stays short.
    if (sent % 100 === 0) {
      await Promise.race([eve.settled().catch(() => {}), eve.closed]);
    }
  }
  eve.sendText(new Uint8Array([0, 1, 2]));
  await Promise.race([eve.settled().catch(() => {}), eve.closed]);
  assertEquals(await stranger.settled(), []);
  const toAnn = await ann.settled();
  assert(toAnn.length > 0);
  assert(
    toAnn.every((message) =>
      !("from" in message) ||
      ![ann.memberId, ben.memberId].includes(message.from ?? "")
    ),
  );
  ann.send({ type: "signal", to: ben.memberId, data: "undisturbed" });
  let data: unknown;
  do data = (await ben.next("signal")).data; while (data !== "undisturbed");
  assertEquals(rig.logged.filter((line) => line.includes('"error"')), []);
  assertEquals(({} as Record<string, unknown>).data, undefined);
});

Deno.test("connection: oversized signals are refused by name, oversized frames end the connection", async () => {
  await using rig = new Rig();
  const server = await rig.start();
  const room = await server.room();
  const [ann, ben] = [
    await server.enter(room, "Ann"),
    await server.enter(room, "Ben"),
  ];
  await ann.next("join");
  const fits = "x".repeat(32_766);
  ann.send({
    type: "signal",
    to: ben.memberId,
    toIncarnation: 1,
    id: 1,
    data: fits,
  });
  assertEquals((await ben.next("signal")).data, fits);
  ann.send({
    type: "signal",
    to: ben.memberId,
    toIncarnation: 1,
    id: 2,
    data: `${fits}x`,
  });
  assertEquals((await ann.next("error")).code, "signal-too-large");
  ann.send({ type: "signal", to: ben.memberId, data: "ä".repeat(16_384) });
  assertEquals((await ann.next("error")).code, "signal-too-large");
  assertEquals((await ann.settled()).length, 0);
  ann.sendText(
    JSON.stringify({
      type: "signal",
      to: ben.memberId,
      data: "x".repeat(65_536),
    }),
  );
  assertEquals((await ann.closed).code, 4413);
});

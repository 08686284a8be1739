import { assert, assertEquals } from "@std/assert";
import { Connection, type Socket } from "@/lib/server/connection.ts";
import { Log } from "@/lib/server/log.ts";
import { Metrics } from "@/lib/server/metrics.ts";
import { SendingRate } from "@/lib/server/sending_rate.ts";
import { VirtualClock } from "../fakes/clock.ts";
import { Rig } from "./rig.ts";

const LIMITS = { maxBufferedBytes: 262_144 };
const RATES = {
  messages: { perSecond: 50, burst: 200 },
  bytes: { perSecond: 65_536, burst: 1_048_576 },
  changes: { perSecond: 1, burst: 60 },
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
  const log = new Log((line) => logged.push(line), clock);
  const connection = new Connection(
    socket,
    { limits: LIMITS, log, metrics: new Metrics() },
    new SendingRate(RATES, clock),
    { memberId: "m1" },
  );
  return { socket, connection, clock, logged };
}

Deno.test("Connection: messages that come before it begins wait, and keep their order", () => {
  const { connection } = connect();
  const heard: string[] = [];
  connection.receive('{"type":"ping"}');
  connection.receive('{"type":"leave"}');
  assertEquals(heard, []);
  connection.begin({ handle: ({ type }) => heard.push(type) });
  connection.receive('{"type":"end"}');
  assertEquals(heard, ["ping", "leave", "end"]);
});

Deno.test("Connection: what comes before it begins is bounded", () => {
  const { connection, socket } = connect();
  const frame = JSON.stringify({ type: "signal", data: "x".repeat(30_000) });
  for (let n = 0; n < 8; n++) connection.receive(frame);
  assertEquals(socket.closed, undefined);
  connection.receive(frame);
  assertEquals(socket.closed, 4529);
});

Deno.test("Connection: what breaks while a message is handled is logged, told as ours, and ends nothing", () => {
  const { connection, socket, logged } = connect();
  connection.begin({
    handle() {
      throw new Error("the secret is hunter2");
    },
  });
  connection.receive('{"type":"ping"}');
  assertEquals(socket.sent.map(({ code }) => code), ["internal"]);
  assertEquals(logged.length, 1);
  assert(!logged[0].includes("hunter2"));
  assert(logged[0].includes('"memberId":"m1"'));
  assert(!connection.ended);
});

Deno.test("Connection: over 50 messages a second are refused, and 400 of them end it", () => {
  const { connection, socket } = connect();
  let heard = 0;
  connection.begin({ handle: () => heard++ });
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

Deno.test("Connection: of large messages only so many bytes pass, at once and in the long run, and the rest ends it like any flood", () => {
  const { connection, socket, clock } = connect();
  let heard = 0;
  connection.begin({ handle: () => heard++ });
  const frame = JSON.stringify({ type: "signal", data: "x".repeat(32_000) });
  for (let n = 0; n < 60; n++) connection.receive(frame);
  assertEquals(heard, Math.floor(1_048_576 / frame.length));
  assertEquals(
    new Set(socket.sent.map(({ code }) => code)),
    new Set(["rate-limited"]),
  );
  for (let n = 0; n < 600; n++) {
    clock.runNow(50);
    connection.receive(frame);
  }
  const inAll = 1_048_576 + 30 * 65_536;
  assertEquals(heard, Math.floor(inAll / frame.length));
  assertEquals(socket.closed, undefined);
  for (let n = 0; n < 400; n++) connection.receive(frame);
  assertEquals(socket.closed, 4529);
});

Deno.test("Connection: who joins ten others at once, and whom that takes 30 KB each, is never over the rate", () => {
  const { connection, socket } = connect();
  let heard = 0;
  connection.begin({ handle: () => heard++ });
  const frame = JSON.stringify({ type: "signal", data: "x".repeat(10_000) });
  for (let n = 0; n < 30; n++) connection.receive(frame);
  assertEquals([heard, socket.sent], [30, []]);
});

Deno.test("Connection: a client that pauses may go on", async () => {
  const { connection, clock } = connect();
  let heard = 0;
  connection.begin({ handle: () => heard++ });
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

Deno.test("Connection: a client that takes nothing of what waits for 12 s is ended, though nothing more is sent", () => {
  const { connection, socket } = connect();
  connection.send({ type: "pong" });
  socket.bufferedAmount = 15;
  for (let look = 0; look <= 5; look++) connection.look();
  assertEquals(socket.closed, undefined);
  connection.look();
  assertEquals(socket.closed, 4508);
});

Deno.test("Connection: a slow client that takes a little now and then is never ended, whatever is sent meanwhile", () => {
  const { connection, socket } = connect();
  const size = '{"type":"pong"}'.length;
  for (let n = 0; n < 200; n++) {
    // As much comes as goes: at every look the same waits.
    if (n % 6 === 0) {
      socket.bufferedAmount = 1_000 - size;
      connection.send({ type: "pong" });
    }
    socket.bufferedAmount = 1_000;
    connection.look();
  }
  socket.bufferedAmount = 0;
  for (let n = 0; n < 20; n++) connection.look();
  assertEquals(socket.closed, undefined);
});

Deno.test("Connection: a client that takes nothing is ended though more is sent all the time", () => {
  const { connection, socket } = connect();
  for (let look = 0; look <= 6; look++) {
    assertEquals(socket.closed, undefined);
    for (let n = 0; n < 3; n++) {
      connection.send({ type: "pong" });
      socket.bufferedAmount += '{"type":"pong"}'.length;
    }
    connection.look();
  }
  assertEquals(socket.closed, 4508);
});

Deno.test("connection: a member that no longer reads is away within 15 s in a quiet room", async () => {
  await using rig = new Rig();
  const clock = new VirtualClock();
  const server = await rig.start({ clock });
  const room = await server.room();
  const ann = await server.enter(room, "Ann");
  const { token } = await server.join(room, "Ben");
  const claims = await server.instance.tokens.verifyMember(token);
  const socket = new FakeSocket();
  const { reception } = server.instance;
  const connection = reception.connect(socket, claims, undefined);
  await ann.next("join");
  socket.bufferedAmount = 100_000;
  await clock.advance(11_900, rig.settle);
  const early = socket.closed;
  await clock.advance(3_100, rig.settle);
  const late = socket.closed;
  connection.lost();
  assertEquals([early, late], [undefined, 4508]);
  assertEquals((await ann.next("away")).from, claims.memberId);
});

Deno.test("connection: a member's rate outlives its connection", async () => {
  await using rig = new Rig();
  const server = await rig.start({
    clock: new VirtualClock(),
    env: { LIMIT_MESSAGE_BURST: "5" },
  });
  const room = await server.room();
  const { token } = await server.join(room, "Ann");
  const first = server.connect(token);
  await first.next("welcome");
  for (let n = 0; n < 5; n++) first.send({ type: "ping" });
  for (let n = 0; n < 5; n++) await first.next("pong");
  const second = server.connect(token);
  await second.next("welcome");
  second.send({ type: "ping" });
  assertEquals((await second.next("error")).code, "rate-limited");
  const ben = await server.enter(room, "Ben");
  assertEquals(await ben.settled(), []);
});

Deno.test("connection: the rates of as many members are remembered as sockets may be open", async () => {
  await using rig = new Rig();
  const { instance } = await rig.start({
    clock: new VirtualClock(),
    env: { LIMIT_SOCKETS: "1", LIMIT_MESSAGE_BURST: "1" },
  });
  const limited = (memberId: string) => {
    const claims = {
      kind: "member",
      roomId: "R".repeat(22),
      memberId,
      name: "Ann",
      role: "speaker",
      tokenId: "t",
      issuedAt: 0,
      expiresAt: 0,
    } as const;
    const socket = new FakeSocket();
    const connection = instance.reception.connect(socket, claims, 1);
    connection.receive('{"type":"ping"}');
    connection.lost();
    return socket.sent.some(({ code }) => code === "rate-limited");
  };
  assertEquals(["a", "a", "b", "b", "a"].map(limited), [
    false,
    true,
    false,
    true,
    false,
  ]);
  await rig.settle();
});

Deno.test("connection: a member's bytes are counted through all its connections", async () => {
  await using rig = new Rig();
  const server = await rig.start({
    clock: new VirtualClock(),
    env: { LIMIT_BYTE_BURST: "65536" },
  });
  const room = await server.room();
  const { token } = await server.join(room, "Ann");
  const large = { type: "signal", data: "x".repeat(30_000) } as const;
  const first = server.connect(token);
  await first.next("welcome");
  for (let n = 0; n < 2; n++) first.send(large);
  assertEquals((await first.settled()).map(({ type }) => type), []);
  const second = server.connect(token);
  await second.next("welcome");
  second.send(large);
  const answers = await second.settled();
  assertEquals(answers.map((answer) => "code" in answer && answer.code), [
    "rate-limited",
  ]);
});

Deno.test("connection: what is written to the store is limited apart, and leaving is always free", async () => {
  await using rig = new Rig();
  const clock = new VirtualClock();
  const server = await rig.start({
    clock,
    env: { LIMIT_CHANGES_PER_MINUTE: "3" },
  });
  const room = await server.room();
  const ann = await server.enter(room, "Ann", "host");
  let writes = 0;
  rig.onWrite = () => writes++;
  for (let n = 0; n < 20; n++) {
    ann.send({ type: "presence", status: `${n}` });
    ann.send({ type: "lock", locked: n % 2 === 0 });
  }
  const errors = (await ann.settled()).filter(({ type }) => type === "error");
  // What it says of itself after the last change allowed joins that one.
  assertEquals(errors.length, 19);
  assertEquals(
    new Set(errors.map((error) => "code" in error && error.code)),
    new Set(["rate-limited"]),
  );
  ann.send({ type: "leave" });
  await ann.settled();
  for (let turn = 0; turn < 2; turn++) await clock.advance(20, rig.settle);
  await ann.closed;
  assertEquals(writes, 4);
});

Deno.test("connection: oversized signals are refused by name, oversized frames end the connection", async () => {
  await using rig = new Rig();
  const server = await rig.start();
  const room = await server.room();
  const [ann, ben] = await server.enterAll(room, "Ann", "Ben");
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

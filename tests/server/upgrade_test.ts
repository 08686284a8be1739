import { assert, assertEquals } from "@std/assert";
import type { IncomingMessage } from "node:http";
import { WebSocket as NpmWebSocket } from "ws";
import { VirtualClock } from "../fakes/clock.ts";
import { RawWebSocket } from "../fakes/raw_web_socket.ts";
import { Rig, type RunningInstance } from "./rig.ts";

async function seated(server: RunningInstance) {
  const room = await server.room();
  return { room, ...await server.join(room, "Ann") };
}

/** The status of an upgrade that is refused before it happens. */
async function status(
  server: RunningInstance,
  headers: Record<string, string>,
): Promise<number> {
  const response = await fetch(server.url.replace("ws:", "http:"), { headers });
  await response.body?.cancel();
  return response.status;
}

/** What came of a socket: the code that it was closed with, or the HTTP status that it was refused with. */
function outcomeOf(socket: NpmWebSocket): Promise<number | string> {
  return new Promise((resolve) => {
    socket.on("close", (code: number) => resolve(code));
    socket.on(
      "unexpected-response",
      (_: unknown, response: IncomingMessage) => {
        resolve(`HTTP ${response.statusCode}`);
        response.destroy();
      },
    );
    socket.on("error", () => {});
  });
}

function upgrade(
  server: RunningInstance,
  token: string,
  headers: Record<string, string>,
): Promise<number | string> {
  const socket = new NpmWebSocket(server.url, ["ringdown.v1", token], {
    headers,
  });
  return outcomeOf(socket);
}

/** Waits until something is so. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const HANDSHAKE = {
  "Connection": "Upgrade",
  "Upgrade": "websocket",
  "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
  "Sec-WebSocket-Version": "13",
};

Deno.test("upgrade: the version is answered and the token is not echoed", async () => {
  await using rig = new Rig();
  const server = await rig.start();
  const { token } = await seated(server);
  const client = server.open(server.url, [
    "ringdown.v9",
    `token.${token}`,
    "ringdown.v1",
  ]);
  await client.next("welcome");
  assertEquals(client.socket.protocol, "ringdown.v1");
});

Deno.test("upgrade: subprotocols need no space between them (RFC 6455, 4.1; RFC 9110, 5.6.1)", async () => {
  await using rig = new Rig();
  const server = await rig.start();
  const { token } = await seated(server);
  const socket = new NpmWebSocket(server.url, [
    "ringdown.v1",
    `token.${token}`,
  ]);
  const first = await new Promise((resolve, reject) => {
    socket.on(
      "message",
      (text: Uint8Array) => resolve(JSON.parse(String(text)).type),
    );
    socket.on("error", reject);
  });
  assertEquals([first, socket.protocol], ["welcome", "ringdown.v1"]);
  const closed = new Promise((resolve) => socket.on("close", resolve));
  socket.close();
  await closed;
});

Deno.test("upgrade: a version that is not spoken here is told to reload", async () => {
  await using rig = new Rig();
  const server = await rig.start();
  const { token } = await seated(server);
  const client = server.open(server.url, ["ringdown.v9", `token.${token}`]);
  assertEquals((await client.next("bye")).reason, "version-unsupported");
  assertEquals((await client.closed).code, 4406);
});

Deno.test("upgrade: no token, garbage, and a host token are refused where a script can see it", async () => {
  await using rig = new Rig();
  const server = await rig.start();
  const { room, token } = await seated(server);
  const host = await server.instance.tokens.issueHost(room);
  const [head, body, signature] = token.split(".");
  for (
    const bad of [
      "",
      "x",
      "a.b.c",
      host,
      `${head}.${body}.`,
      `${head}.${body}.${signature.slice(1)}A`,
    ]
  ) {
    const client = server.open(server.url, ["ringdown.v1", `token.${bad}`]);
    const { code } = await client.closed;
    assertEquals(code, 4401, bad);
    assertEquals(client.received.map(({ type }) => type), ["bye"], bad);
  }
  assertEquals(
    (await server.open(server.url, ["ringdown.v1"]).closed).code,
    4401,
  );
});

Deno.test("upgrade: a token in the URL counts once, and only while it is young", async () => {
  await using rig = new Rig();
  const clock = new VirtualClock();
  const server = await rig.start({ clock });
  const { token } = await seated(server);
  const first = server.open(`${server.url}?token=${token}`, []);
  assertEquals((await first.next("welcome")).you.name, "Ann");
  assertEquals(
    (await server.open(`${server.url}?token=${token}`, []).closed).code,
    4401,
  );
  const late = (await seated(server)).token;
  await clock.advance(61_000);
  assertEquals(
    (await server.open(`${server.url}?token=${late}`, []).closed).code,
    4401,
  );
});

Deno.test("upgrade: pages of other sites are refused before it happens; programs need no origin", async () => {
  await using rig = new Rig();
  const server = await rig.start({
    env: { CORS_ORIGIN: "https://friend.example" },
  });
  const own = new URL(server.url.replace("ws:", "http:")).origin;
  const port = new URL(own).port;
  for (
    const origin of [
      "https://evil.example",
      "null",
      `https://127.0.0.1:${port}`,
      `${own}.evil.example`,
      "http://127.0.0.1:1",
      "https://friend.example.evil.example",
      "",
    ]
  ) {
    assertEquals(
      await status(server, { ...HANDSHAKE, Origin: origin }),
      403,
      origin,
    );
  }
  const { token } = await seated(server);
  await server.connect(token).next("welcome");
});

Deno.test("upgrade: a plain request is told that this path speaks WebSocket", async () => {
  await using rig = new Rig();
  const server = await rig.start();
  assertEquals(await status(server, {}), 426);
});

Deno.test("upgrade: who shows 10 bad tokens a minute gets no socket any more, and others do", async () => {
  await using rig = new Rig();
  const env = { TRUST_PROXY: "1" };
  const [one, two] = [await rig.start({ env }), await rig.start({ env })];
  const guess = (server: RunningInstance, from: string) =>
    upgrade(server, "token.a.b.c", { "X-Forwarded-For": from });
  const outcomes: (number | string)[] = [];
  for (let n = 0; n < 40; n++) {
    outcomes.push(await guess([one, two][n % 2], "198.51.100.1"));
  }
  // Over two instances: the limit, and a quarter.
  assertEquals(outcomes.filter((outcome) => outcome === 4401).length, 13);
  assertEquals(outcomes.filter((outcome) => outcome === "HTTP 429").length, 27);
  assertEquals(await guess(one, "198.51.100.2"), 4401);
});

Deno.test("upgrade: an address has a bounded number of sockets, those included that never answer a close", async () => {
  await using rig = new Rig();
  const server = await rig.start({
    env: {
      LIMIT_SOCKETS_PER_ADDRESS: "3",
      LIMIT_SOCKETS: "4",
      TRUST_PROXY: "1",
    },
  });
  const { sockets } = server.instance;
  // Closed at once, because there is no such version; who reads nothing never answers that.
  const open = (from: string) =>
    RawWebSocket.open(server.url, ["ringdown.v9"], { "X-Forwarded-For": from });
  const silent: RawWebSocket[] = [];
  for (const from of ["1", "1", "1", "2"]) {
    const socket = await open(`198.51.100.${from}`);
    assert(socket instanceof RawWebSocket);
    silent.push(socket);
    await until(() => sockets.open === silent.length);
    if (silent.length === 3) assertEquals(await open("198.51.100.1"), 429);
  }
  assertEquals(await open("198.51.100.3"), 503);
  for (const socket of silent) socket[Symbol.dispose]();
  await until(() => sockets.open === 0);
  const again = await open("198.51.100.1");
  assert(again instanceof RawWebSocket);
  again[Symbol.dispose]();
});

Deno.test("upgrade: a member connects 30 times a minute, and no more often", async () => {
  await using rig = new Rig();
  const clock = new VirtualClock();
  const server = await rig.start({
    clock,
    env: { LIMIT_CONNECTIONS_PER_MINUTE: "4" },
  });
  const { room, token } = await seated(server);
  for (let n = 0; n < 4; n++) {
    const client = server.connect(token);
    await client.next("welcome");
  }
  const refused = server.connect(token);
  assertEquals((await refused.next("bye")).retry, 5_000);
  assertEquals((await refused.closed).code, 4529);
  const ben = await server.join(room, "Ben");
  await server.connect(ben.token).next("welcome");
  await clock.advance(15_000);
  await server.connect(token).next("welcome");
});

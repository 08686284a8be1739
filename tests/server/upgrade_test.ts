import { assertEquals } from "@std/assert";
import { WebSocket as NpmWebSocket } from "ws";
import { VirtualClock } from "../fakes/clock.ts";
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

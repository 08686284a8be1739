import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { RawWebSocket } from "../fakes/raw_web_socket.ts";
import {
  type Claims,
  DEPLOYMENT,
  forge,
  HEADER,
  MEMBER,
  OURS,
  START,
} from "../server/forge.ts";
import { forgeries } from "../server/forgeries.ts";
import { TestServer } from "./server.ts";

/** A server that signs with the secret of the forgeries, at their time. */
async function startForged(): Promise<TestServer> {
  const server = await TestServer.start({
    JWT_SECRET: OURS.reveal(),
    PUBLIC_URL: DEPLOYMENT,
    LIMIT_REQUESTS_PER_MINUTE: "100000",
    LIMIT_JOINS_PER_MINUTE: "100000",
    LIMIT_FAILED_JOINS_PER_MINUTE: "100000",
  });
  server.clock.setCalendar(START);
  return server;
}

/** What the server says first on a socket that was opened with a token, as a subprotocol or in the URL. */
async function firstWord(
  server: TestServer,
  token: string,
): Promise<{ type: string; reason?: string }> {
  const isProtocol = /^[\w.-]*$/.test(token);
  const url = `${server.url.replace("http", "ws")}/ws`;
  using socket = await RawWebSocket.open(
    isProtocol ? url : `${url}?token=${encodeURIComponent(token)}`,
    isProtocol ? ["ringdown.v1", `token.${token}`] : ["ringdown.v1"],
  ) as RawWebSocket;
  const text = new TextDecoder().decode((await socket.read())!);
  const [json] = /\{.*\}/.exec(text)!;
  return text.includes('"welcome"') ? { type: "welcome" } : JSON.parse(json);
}

/** Host tokens, which are good for the paths of hosts. */
const ARE_HOSTS = ["aud of hosts", "aud of hosts, claims of hosts"];

Deno.test("No forged token opens a connection, a seat, a room or TURN, of a member who is there", async () => {
  await using server = await startForged();
  const { roomId } = await server.room({ maxParticipants: 64 });
  const { body: ann } = await server.join(roomId);
  const claims: Claims = { ...MEMBER, room: roomId, sub: ann.memberId };
  const real = await forge(HEADER, claims);
  assertEquals((await firstWord(server, real)).type, "welcome");
  assertEquals(
    (await server.call("GET", "/api/ice", { token: real })).status,
    200,
  );

  const room = `/api/rooms/${roomId}`;
  let kinds = 0;
  for (const [kind, make] of Object.entries(forgeries(claims))) {
    const token = await make();
    kinds++;
    assertEquals(
      (await firstWord(server, token)).reason,
      "token-invalid",
      kind,
    );
    if (/[\0\n]/.test(token) || ARE_HOSTS.includes(kind)) continue;
    for (
      const [method, path, body] of [
        ["GET", "/api/ice"],
        ["POST", `${room}/join`, { name: "Eve" }],
        ["PATCH", room, { locked: true }],
        ["DELETE", room],
      ] as const
    ) {
      // No token at all is no forgery: who has none may join.
      if (token === "" && path.endsWith("join")) continue;
      // White space around a token is not part of it (RFC 9110, 5.5).
      if (token.trim() !== token) continue;
      const { status } = await server.call(method, path, { token, body });
      assertEquals(status, 401, `${kind}: ${method} ${path}`);
    }
  }
  assert(kinds >= 40);
  const { body } = await server.call("GET", room);
  assertEquals([body.locked, body.occupancy], [false, 1]);
});

const OURS_AS_ORIGIN = "https://ours.example";
const FOREIGN_ORIGINS = [
  "null",
  "NULL",
  "",
  "*",
  "file://",
  "https://evil.example",
  "https://ours.example.evil.example",
  "https://evil-ours.example",
  "https://sub.ours.example",
  "https://example",
  "http://ours.example",
  "wss://ours.example",
  "https://ours.example:444",
  "https://ours.example:8000",
  "https://OURS.example",
  "HTTPS://ours.example",
  "https://ours.example.",
  "https://ours.example/",
  "https://ours.example/ws",
  "https://ours.example?",
  "https://ours.example#",
  "https://ours.example@evil.example",
  "https://user@ours.example",
  "https://ours.example, https://evil.example",
  "https://ours.example https://evil.example",
  "https://evil.example https://ours.example",
  "https://ours.example\\.evil.example",
  "https://ours%2eexample",
  "https://xn--urs-rdd.example",
  "https://friend.example.evil.example",
  "http://friend.example",
  "chrome-extension://abcdefghijklmnop",
];

Deno.test(`A page of ${FOREIGN_ORIGINS.length} other origins gets no socket, with a good token neither`, async () => {
  await using server = await TestServer.start({
    PUBLIC_URL: OURS_AS_ORIGIN,
    CORS_ORIGIN: "https://friend.example",
    LIMIT_CONNECTIONS_PER_MINUTE: "1000",
  });
  const { roomId } = await server.room();
  const { body: { token } } = await server.join(roomId);
  const url = `${server.url.replace("http", "ws")}/ws`;
  const open = async (headers: Record<string, string>) => {
    const protocols = ["ringdown.v1", `token.${token}`];
    const opened = await RawWebSocket.open(url, protocols, headers);
    if (typeof opened === "number") return opened;
    opened[Symbol.dispose]();
    return 101;
  };
  for (const origin of FOREIGN_ORIGINS) {
    assertEquals(await open({ Origin: origin }), 403, origin);
    // Whatever else the request says of itself.
    const headers = { Origin: origin, "X-Forwarded-Host": "evil.example" };
    assertEquals(await open(headers), 403, origin);
  }
  // Two of them: one of ours makes the other no better.
  assertEquals(
    await open({ Origin: OURS_AS_ORIGIN, origin: "https://evil.example" }),
    403,
  );
  for (const origin of [OURS_AS_ORIGIN, "https://friend.example"]) {
    assertEquals(await open({ Origin: origin }), 101, origin);
  }
  assertEquals(await open({}), 101);
});

Deno.test("1,000 guesses at rooms let nobody in, and soon get no answer any more", async () => {
  await using server = await TestServer.start({
    TRUST_PROXY: "1",
    LIMIT_REQUESTS_PER_MINUTE: "300",
  });
  await server.room({ slug: "shack", pin: "0042" });
  const from = "192.0.2.1";
  const outcomes: Record<string, number> = {};
  for (let n = 0; n < 500; n++) {
    const id = `guess-${n}`;
    const joined = await server.join(id, { name: "Eve" }, { from });
    const looked = await server.call("GET", `/api/rooms/${id}`, { from });
    for (const outcome of [`join ${joined.status}`, `GET ${looked.status}`]) {
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    }
  }
  // Ten failed joins, and what is left of a minute's 300 requests after 150 times both.
  assertEquals(outcomes, {
    "join 404": 10,
    "join 429": 490,
    "GET 404": 150,
    "GET 429": 350,
  });
  const other = await server.join("guess", { name: "Ann" }, {
    from: "192.0.2.2",
  });
  assertEquals(other.status, 404);
});

Deno.test("Rooms that never were, are over or were closed are told apart neither by the answer nor by the work", async () => {
  await using server = await TestServer.start();
  const expired = await server.room({ expiresIn: 300 });
  const closed = await server.room();
  await server.call("DELETE", `/api/rooms/${closed.roomId}`, {
    token: closed.hostToken,
  });
  await server.clock.advance(301_000);
  const { store } = server.instance;
  const get = store.get.bind(store);
  let reads = 0;
  store.get = (key) => {
    reads++;
    return get(key);
  };
  const ask = async (id: string) => {
    const seen = [];
    for (
      const [method, path, body] of [
        ["GET", `/api/rooms/${id}`],
        ["POST", `/api/rooms/${id}/join`, { name: "Eve" }],
        ["PATCH", `/api/rooms/${id}`, {}],
      ] as const
    ) {
      reads = 0;
      const answer = await server.call(method, path, { body });
      const headers = [...answer.headers]
        .filter(([name]) => !/^(date|x-request-id)$/.test(name));
      seen.push({ status: answer.status, body: answer.body, headers, reads });
    }
    return seen;
  };
  const unknown = await ask("AAAAAAAAAAAAAAAA");
  assertEquals(unknown.map(({ status }) => status), [404, 404, 404]);
  assertNotEquals(unknown[0].reads, 0);
  assertEquals(await ask(expired.roomId), unknown);
  assertEquals(await ask(closed.roomId), unknown);
});

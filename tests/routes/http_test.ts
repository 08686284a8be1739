import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
} from "@std/assert";
import { ERRORS } from "@/lib/protocol/errors.ts";
import { TestServer } from "./server.ts";

const PROBLEM = "application/problem+json";

Deno.test("Every path for programs answers other methods with 405, Allow and a problem document", async () => {
  await using server = await TestServer.start();
  const { roomId } = await server.room();
  const paths: Record<string, string> = {
    "/api/rooms": "POST, GET, HEAD, OPTIONS",
    [`/api/rooms/${roomId}`]: "GET, HEAD, PATCH, DELETE, OPTIONS",
    [`/api/rooms/${roomId}/join`]: "POST, OPTIONS",
    "/api/ice": "GET, HEAD, OPTIONS",
    "/healthz": "GET, HEAD, OPTIONS",
    "/readyz": "GET, HEAD, OPTIONS",
    "/metrics": "GET, HEAD, OPTIONS",
  };
  for (const [path, allow] of Object.entries(paths)) {
    const known = allow.split(", ");
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"]) {
      if (known.includes(method)) continue;
      const { status, headers, body } = await server.call(method, path);
      assertEquals([status, body.code], [405, "method-not-allowed"]);
      assertEquals(headers.get("Allow"), allow);
      assertEquals(headers.get("Content-Type"), PROBLEM);
    }
    const options = await server.call("OPTIONS", path);
    assertEquals([options.status, options.headers.get("Allow")], [204, allow]);
    if (!known.includes("GET")) continue;
    const [get, head] = [
      await server.call("GET", path),
      await server.call("HEAD", path),
    ];
    assertEquals([head.status, head.body], [get.status, ""]);
  }
});

Deno.test("Paths that are not there answer with a problem document, however they are written", async () => {
  await using server = await TestServer.start();
  const paths = [
    "/api",
    "/api/",
    "/api/nothing",
    "/api/rooms/a/b/c",
    "/healthz/x",
    "/signaling/nothing",
    "/cloudflare/x",
    "/api/rooms/%",
    "/api/rooms/%ff",
    "/api/rooms/%E0%A4%A",
    "/api/rooms/%00",
    "/api/rooms/..%2f..%2fetc",
    "/api/rooms/__proto__",
    `/api/rooms/${"a".repeat(5_000)}`,
    `/api/rooms/${encodeURIComponent("🎧")}`,
  ];
  for (const path of paths) {
    for (const method of ["GET", "PATCH"]) {
      const body = method === "GET" ? undefined : {};
      const answer = await server.call(method, path, { body });
      assertEquals(answer.status, 404, path);
      assertEquals(answer.headers.get("Content-Type"), PROBLEM, path);
      assertMatch(answer.body.code, /^(room-)?not-found$/);
      assert(!JSON.stringify(answer.body).includes("etc"));
    }
  }
  assertEquals(server.logged.filter((line) => line.includes('"error"')), []);
});

Deno.test("No answer of the API is kept, and each names its request", async () => {
  await using server = await TestServer.start();
  const seen = new Set<string>();
  for (const path of ["/api/rooms", "/api/x", "/api/ice", "/healthz"]) {
    const { headers } = await server.call("GET", path);
    assertEquals(headers.get("Cache-Control"), "no-store");
    seen.add(headers.get("X-Request-Id")!);
  }
  assertEquals(seen.size, 4);
});

Deno.test("Bodies that are too large or not declared as JSON are refused on every route", async () => {
  await using server = await TestServer.start();
  const { roomId, hostToken } = await server.room();
  const large = JSON.stringify({ name: "A", x: "y".repeat(65_536) });
  const calls: [string, string, string?][] = [
    ["POST", "/api/rooms"],
    ["PATCH", `/api/rooms/${roomId}`, hostToken],
    ["POST", `/api/rooms/${roomId}/join`],
  ];
  for (const [method, path, token] of calls) {
    const tooLarge = await server.call(method, path, { body: large, token });
    assertEquals([tooLarge.status, tooLarge.body.code], [
      413,
      "body-too-large",
    ]);
    const text = await server.call(method, path, {
      body: '{"name":"A"}',
      token,
      headers: { "Content-Type": "text/plain" },
    });
    assertEquals([text.status, text.body.code], [400, "bad-json"]);
    const none = await server.call(method, path, { token });
    assertEquals(none.body.code, "bad-json");
  }
});

Deno.test("A defect of ours is logged with the request's id, and nothing of it is told", async () => {
  await using server = await TestServer.start();
  const { status, headers, body } = await server.call("GET", "/api/broken");
  assertEquals([status, body.code], [500, "internal"]);
  const id = headers.get("X-Request-Id")!;
  assertEquals(body.instance, `urn:uuid:${id}`);
  assertEquals(body.detail, ERRORS.internal[1]);
  const line = JSON.parse(server.logged.at(-1)!);
  assertEquals([line.level, line.event, line.requestId, line.route], [
    "error",
    "request-failed",
    id,
    "/api/broken",
  ]);
  const page = await server.call("GET", "/page/broken");
  assertEquals(page.status, 500);
  const shown = JSON.stringify([body, page.body, [...headers]]);
  assert(!shown.includes("secret message") && !shown.includes(".ts:"));
  assertEquals(JSON.parse(server.logged.at(-1)!).route, "/page/broken");
  assertNotEquals(JSON.parse(server.logged.at(-1)!).requestId, id);
});

Deno.test("Without its database the service says so, and is back when that is back", async () => {
  await using server = await TestServer.start();
  const { roomId, hostToken } = await server.room();
  const member = (await server.join(roomId)).body;
  const calls: [string, string, object?, string?][] = [
    ["POST", "/api/rooms", {}],
    ["GET", "/api/rooms"],
    ["GET", `/api/rooms/${roomId}`],
    ["PATCH", `/api/rooms/${roomId}`, { locked: true }, hostToken],
    ["POST", `/api/rooms/${roomId}/join`, { name: "Ann" }],
    ["POST", `/api/rooms/${roomId}/join`, { name: "Ann" }, member.token],
    ["GET", "/api/ice", undefined, member.token],
    ["DELETE", `/api/rooms/${roomId}`, undefined, hostToken],
  ];
  await server.clock.advance(60_000);
  server.storeWorks = false;
  for (const [method, path, body, token] of calls) {
    const answer = await server.call(method, path, { body, token });
    assertEquals([answer.status, answer.body.code], [503, "unavailable"]);
    assertMatch(answer.headers.get("Retry-After")!, /^[1-9]\d*$/);
  }
  assertEquals((await server.call("GET", "/healthz")).status, 200);
  const unready = await server.call("GET", "/readyz");
  assertEquals([unready.status, unready.body.ready], [503, false]);
  assert(unready.headers.has("Retry-After"));
  assert(server.logged.every((line) => !line.includes('"level":"error"')));
  server.storeWorks = true;
  // What failed meanwhile, such as a watch that was made anew, is tried again.
  await server.clock.advance(5_000, 20);
  assertEquals((await server.call("GET", "/readyz")).body.ready, true);
  assertEquals((await server.call("GET", `/api/rooms/${roomId}`)).status, 200);
});

Deno.test("The API is limited per address; health is not", async () => {
  await using server = await TestServer.start({
    LIMIT_REQUESTS_PER_MINUTE: "4",
    CORS_ORIGIN: "https://friend.example",
  });
  const headers = { Origin: "https://friend.example" };
  for (let i = 0; i < 4; i++) {
    assertEquals((await server.call("GET", "/api/rooms")).status, 200);
  }
  const refused = await server.call("GET", "/api/rooms", { headers });
  assertEquals([refused.status, refused.body.code], [429, "rate-limited"]);
  assertEquals(refused.headers.get("Retry-After"), "15");
  assertEquals(
    refused.headers.get("Access-Control-Allow-Origin"),
    "https://friend.example",
  );
  assertEquals((await server.call("GET", "/healthz")).status, 200);
  assertEquals((await server.call("GET", "/readyz")).status, 200);
});

Deno.test("Nothing confidential of a whole visit reaches the log", async () => {
  await using server = await TestServer.start();
  const { roomId, hostToken } = await server.room({ pin: "8246", name: "Den" });
  const { token } =
    (await server.join(roomId, { name: "Zoe Example", pin: "8246" })).body;
  await server.join(roomId, { name: "Zoe Example", pin: "9999" });
  await server.call("GET", `/api/ice?token=${token}`, { token });
  await server.call("GET", `/api/ice/${token}`, { token });
  await server.call("GET", "/api/broken?pin=8246", { token });
  await server.call("DELETE", `/api/rooms/${roomId}`, { token: hostToken });
  const log = server.logged.join("\n");
  assert(log.includes("room-created") && log.includes("room-closed"));
  for (const text of ["8246", "9999", "Zoe", "Den", "eyJ", token, hostToken]) {
    assert(!log.includes(text), text);
  }
});

import { assert, assertEquals, assertMatch } from "@std/assert";
import { type Answer, TestServer } from "./server.ts";

const UNKNOWN = "AAAAAAAAAAAAAAAA";

/** An answer but for what is different each time. */
function look({ status, headers, body }: Answer) {
  const names = [...headers.keys()].filter((name) => name !== "date").sort();
  return { status, names, body };
}

Deno.test("POST /api/rooms makes a room and gives its key to its maker", async () => {
  await using server = await TestServer.start();
  const { status, headers, body } = await server.call("POST", "/api/rooms", {
    body: { type: "video", name: "Team", unknown: 1 },
  });
  assertEquals(status, 201);
  assertMatch(body.roomId, /^[A-Za-z0-9_-]{16}$/);
  assertEquals(body.url, `${server.url}/r/${body.roomId}`);
  assertEquals(body.expiresAt, server.clock.now() + 86_400_000);
  assertEquals(headers.get("Location"), `/api/rooms/${body.roomId}`);
  assertEquals(body.maxParticipants, 6);
  const shown = await server.call("GET", headers.get("Location")!);
  const { url: _, hostToken, ...room } = body;
  assertEquals(shown.body, { ...room, occupancy: 0 });
  assertEquals(hostToken.split(".").length, 3);
});

Deno.test("POST /api/rooms gives the page's address under the public URL and the slug", async () => {
  await using server = await TestServer.start({
    PUBLIC_URL: "https://calls.example",
  });
  const room = await server.room({ slug: "shack", pin: "1234" });
  assertEquals(room.url, "https://calls.example/r/shack");
  assert(!("pin" in room));
  const taken = await server.call("POST", "/api/rooms", {
    body: { slug: "shack", listed: true },
  });
  assertEquals([taken.status, taken.body.code], [409, "slug-taken"]);
});

Deno.test("POST /api/rooms allows what rooms of that type are for, and what is wished", async () => {
  await using server = await TestServer.start();
  const all = { audio: true, video: true, screen: true, chat: true };
  const none = { audio: false, video: false, screen: false, chat: false };
  const wishes: [wish: object, media: object][] = [
    [{}, all],
    [{ type: "video" }, all],
    [{ type: "voice" }, { ...none, audio: true, chat: true }],
    [{ type: "chat" }, { ...none, chat: true }],
    [{ type: "chat", media: { audio: true } }, {
      ...none,
      audio: true,
      chat: true,
    }],
    [{ type: "video", media: { screen: false } }, { ...all, screen: false }],
  ];
  for (const [wish, media] of wishes) {
    assertEquals((await server.room(wish)).media, media);
  }
});

Deno.test("POST /api/rooms names the fields that are wrong", async () => {
  await using server = await TestServer.start();
  const wrong: [body: object, field: string][] = [
    [{ type: "opera" }, "type"],
    [{ maxParticipants: 1 }, "maxParticipants"],
    [{ maxParticipants: 65 }, "maxParticipants"],
    [{ maxParticipants: "2" }, "maxParticipants"],
    [{ media: { audio: "yes" } }, "media.audio"],
    [{ slug: "Ab" }, "slug"],
    [{ slug: "open" }, "slug"],
    [{ pin: "123" }, "pin"],
    [{ pin: 1234 }, "pin"],
    [{ expiresIn: 299 }, "expiresIn"],
    [{ expiresIn: 2_592_001 }, "expiresIn"],
    [{ expiresIn: 300, persistent: true }, "expiresIn"],
    [{ name: "n".repeat(65) }, "name"],
    [{ include: "roomId" }, "include"],
  ];
  for (const [body, field] of wrong) {
    const answer = await server.call("POST", "/api/rooms", { body });
    assertEquals(answer.status, 400, field);
    assertEquals(answer.body.code, "invalid-message");
    assertEquals(answer.body.errors[0].field, field);
  }
});

Deno.test("POST /api/rooms wants the operator's token where one is set", async () => {
  const secret = "0123456789abcdef";
  await using server = await TestServer.start({ CREATE_ROOM_TOKEN: secret });
  const make = (token?: string) =>
    server.call("POST", "/api/rooms", { body: {}, token });
  const missing = await make();
  assertEquals([missing.status, missing.body.code], [401, "token-missing"]);
  assertEquals(missing.headers.get("WWW-Authenticate"), "Bearer");
  for (const wrong of [secret.slice(1), `${secret}0`, "x"]) {
    assertEquals((await make(wrong)).body.code, "token-invalid");
  }
  const basic = { Authorization: `Basic ${secret}` };
  assertEquals(
    (await server.call("POST", "/api/rooms", { body: {}, headers: basic }))
      .status,
    401,
  );
  assertEquals((await make(secret)).status, 201);
});

Deno.test("include leaves only the fields asked for, in a body or in a query", async () => {
  await using server = await TestServer.start();
  const create = (path: string, include?: unknown) =>
    server.call("POST", path, { body: { include } });
  const fields = async (answer: Promise<Answer>) =>
    Object.keys((await answer).body).sort();
  assertEquals(
    await fields(create("/api/rooms", ["roomId", "expiresAt", "nonsense"])),
    ["expiresAt", "roomId"],
  );
  assertEquals(
    await fields(create("/api/rooms?include=url,%20roomId&include=type")),
    ["roomId", "type", "url"],
  );
  assertEquals(
    await fields(create("/api/rooms", ["__proto__", "constructor", "type"])),
    ["type"],
  );
  const { roomId, hostToken } = await server.room({ listed: true });
  const path = `/api/rooms/${roomId}`;
  assertEquals(
    await fields(server.call("GET", `${path}?include=occupancy`)),
    ["occupancy"],
  );
  assertEquals(
    await fields(server.call("PATCH", path, {
      token: hostToken,
      body: { include: ["locked"] },
    })),
    ["locked"],
  );
  const list = await server.call("GET", "/api/rooms?include=roomId");
  assertEquals(list.body, { rooms: [{ roomId }] });
  assert((await fields(server.call("GET", `${path}?include=`))).length > 10);
});

Deno.test("GET /api/rooms gives listed rooms with who is there, page by page", async () => {
  await using server = await TestServer.start();
  await server.room();
  const ids: string[] = [];
  for (let i = 0; i < 5; i++) {
    ids.push((await server.room({ listed: true })).roomId);
  }
  const seen: string[] = [];
  let query = "?limit=2";
  for (let pages = 1;; pages++) {
    const { status, body } = await server.call("GET", `/api/rooms${query}`);
    assertEquals(status, 200);
    for (const room of body.rooms) {
      seen.push(room.roomId);
      assertEquals(room.occupancy, 0);
    }
    if (body.cursor === undefined) {
      assertEquals(pages, 3);
      break;
    }
    query = `?limit=2&cursor=${encodeURIComponent(body.cursor)}`;
  }
  assertEquals(seen.toSorted(), ids.toSorted());
  for (const limit of ["0", "-5", "x", "1.5", "NaN", ""]) {
    const { status, body } = await server.call(
      "GET",
      `/api/rooms?limit=${limit}`,
    );
    assertEquals([status, body.rooms.length], [200, 1], limit);
  }
  assertEquals(
    (await server.call("GET", "/api/rooms?limit=1e9")).body.rooms.length,
    5,
  );
});

Deno.test("Unknown, expired and closed rooms look alike to everyone", async () => {
  await using server = await TestServer.start();
  const expired = await server.room({ expiresIn: 300 });
  const closed = await server.room();
  const member = await server.join(closed.roomId);
  const path = (id: string) => `/api/rooms/${id}`;
  assertEquals(
    (await server.call("DELETE", path(closed.roomId), {
      token: closed.hostToken,
    })).status,
    204,
  );
  await server.clock.advance(300_000);

  const tokens = [
    undefined,
    closed.hostToken,
    expired.hostToken,
    member.body.token,
  ];
  const calls: [method: string, suffix: string, body?: object][] = [
    ["GET", ""],
    ["PATCH", "", { locked: true }],
    ["DELETE", ""],
    ["POST", "/join", { name: "Eve" }],
    ["POST", "/join", { name: "Eve", pin: "1234" }],
  ];
  for (const [method, suffix, body] of calls) {
    for (const token of tokens) {
      const answers = [];
      for (const id of [UNKNOWN, expired.roomId, closed.roomId, "no-slug"]) {
        // A failure counts against an address: half a minute gives it back.
        await server.clock.advance(30_000);
        answers.push(
          look(await server.call(method, path(id) + suffix, { body, token })),
        );
      }
      assertEquals(answers[0].status, 404);
      assertEquals(answers[0].body.code, "room-not-found");
      for (const answer of answers) assertEquals(answer, answers[0]);
    }
  }
});

Deno.test("PATCH and DELETE are for the room's hosts only", async () => {
  await using server = await TestServer.start();
  const room = await server.room({ maxParticipants: 4 });
  const other = await server.room();
  const speaker = (await server.join(room.roomId)).body.token;
  const host = (await server.join(room.roomId, { name: "Bob" }, {
    token: room.hostToken,
  })).body;
  assertEquals(host.role, "host");
  const path = `/api/rooms/${room.roomId}`;
  const refused: [token: string | undefined, status: number, code: string][] = [
    [undefined, 401, "token-missing"],
    ["nonsense", 401, "token-invalid"],
    [other.hostToken, 401, "token-invalid"],
    [speaker, 403, "not-allowed"],
  ];
  for (const method of ["PATCH", "DELETE"]) {
    for (const [token, status, code] of refused) {
      const body = method === "PATCH" ? { locked: true } : undefined;
      const answer = await server.call(method, path, { token, body });
      assertEquals([answer.status, answer.body.code], [status, code]);
    }
  }
  assertEquals((await server.call("GET", path)).body.locked, false);
  const changed = await server.call("PATCH", path, {
    token: host.token,
    body: { locked: true, name: "Quiet" },
  });
  assertEquals([changed.status, changed.body.locked], [200, true]);
  assertEquals(
    (await server.call("DELETE", path, { token: room.hostToken })).status,
    204,
  );
  assertEquals((await server.call("GET", path)).status, 404);
});

Deno.test("A host that was removed can change nothing any more", async () => {
  await using server = await TestServer.start();
  const room = await server.room();
  const host = (await server.join(room.roomId, { name: "Bob" }, {
    token: room.hostToken,
  })).body;
  await server.instance.seats.end(room.roomId, host.memberId, "removed");
  const answer = await server.call("PATCH", `/api/rooms/${room.roomId}`, {
    token: host.token,
    body: { locked: true },
  });
  assertEquals([answer.status, answer.body.code], [403, "removed"]);
});

Deno.test("Making rooms is limited per address", async () => {
  await using server = await TestServer.start({
    LIMIT_ROOMS_PER_MINUTE: "3",
    TRUST_PROXY: "1",
  });
  const make = (from: string) =>
    server.call("POST", "/api/rooms", { body: {}, from });
  for (let i = 0; i < 3; i++) {
    assertEquals((await make("198.51.100.1")).status, 201);
  }
  const refused = await make("198.51.100.1");
  assertEquals([refused.status, refused.body.code], [429, "rate-limited"]);
  const left = 60_000 - server.clock.now() % 60_000;
  assertEquals(
    refused.headers.get("Retry-After"),
    String(Math.ceil(left / 1_000)),
  );
  assertEquals((await make("198.51.100.2")).status, 201);
  // What the client writes itself does not make it another.
  assertEquals((await make("203.0.113.1, 198.51.100.1")).status, 429);
  await server.clock.advance(left);
  assertEquals((await make("198.51.100.1")).status, 201);
});

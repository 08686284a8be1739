import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { type Answer, TestServer } from "./server.ts";

const code = ({ status, body }: Answer) => [status, body.code];

Deno.test("POST join gives a seat, a token and what is needed to connect", async () => {
  await using server = await TestServer.start();
  const { roomId } = await server.room();
  const { status, body } = await server.join(roomId);
  assertEquals(status, 200);
  assertEquals(body.roomId, roomId);
  assertEquals(body.role, "speaker");
  assertEquals(body.peers, []);
  assertEquals(body.room.roomId, roomId);
  const claims = await server.instance.tokens.verifyMember(body.token);
  assertEquals(claims.memberId, body.memberId);
  assertEquals(claims.name, "Ann");
  assertEquals(body.expiresAt, claims.expiresAt);
  const listener = await server.join(roomId, { name: "Bob", role: "listener" });
  assertEquals(listener.body.role, "listener");
  assertNotEquals(listener.body.memberId, body.memberId);
});

Deno.test("POST join gives the last seat to one of many who ask at once", async () => {
  await using server = await TestServer.start({
    LIMIT_JOINS_PER_MINUTE: "1000",
  });
  const { roomId } = await server.room({ maxParticipants: 5 });
  const answers = await Promise.all(
    Array.from({ length: 40 }, () => server.join(roomId)),
  );
  const seats = answers.filter(({ status }) => status === 200);
  assertEquals(seats.length, 5);
  assertEquals(new Set(seats.map(({ body }) => body.memberId)).size, 5);
  for (const answer of answers) {
    if (answer.status !== 200) assertEquals(code(answer), [409, "room-full"]);
  }
});

Deno.test("POST join with the host token makes a host; nobody becomes one by asking", async () => {
  await using server = await TestServer.start();
  const { roomId, hostToken } = await server.room();
  const host = await server.join(roomId, { name: "Ann" }, { token: hostToken });
  assertEquals(host.body.role, "host");
  assert(!("hostToken" in host.body));
  assertEquals(
    code(await server.join(roomId, { name: "Eve", role: "host" })),
    [400, "invalid-message"],
  );
});

Deno.test("POST join to a persistent room renews its host token", async () => {
  await using server = await TestServer.start();
  const room = await server.room({ persistent: true });
  server.clock.setCalendar(server.clock.now() + 300 * 86_400_000);
  const { body } = await server.join(room.roomId, { name: "Ann" }, {
    token: room.hostToken,
  });
  server.clock.setCalendar(server.clock.now() + 300 * 86_400_000);
  assertEquals(
    code(
      await server.join(room.roomId, { name: "Ann" }, {
        token: room.hostToken,
      }),
    ),
    [401, "token-invalid"],
  );
  const path = `/api/rooms/${room.roomId}`;
  assertEquals(
    (await server.call("DELETE", path, { token: body.hostToken })).status,
    204,
  );
});

Deno.test("POST join with the token of an earlier join seats the same member, in its role, without the PIN", async () => {
  await using server = await TestServer.start();
  const { roomId, hostToken } = await server.room({ pin: "1234" });
  const first = await server.join(roomId, { name: "Ann" }, {
    token: hostToken,
  });
  const again = await server.join(roomId, { name: "Ann" }, {
    token: first.body.token,
  });
  assertEquals(again.status, 200);
  assertEquals(again.body.memberId, first.body.memberId);
  assertEquals(again.body.role, "host");
});

Deno.test("POST join refuses tokens of other rooms, forged ones and those of the removed", async () => {
  await using server = await TestServer.start();
  const room = await server.room();
  const other = await server.room();
  const member = (await server.join(room.roomId)).body;
  const stranger = (await server.join(other.roomId)).body.token;
  for (const token of [stranger, other.hostToken, `${member.token}x`, "x"]) {
    assertEquals(
      code(await server.join(room.roomId, { name: "Eve" }, { token })),
      [401, "token-invalid"],
    );
  }
  await server.instance.seats.end(room.roomId, member.memberId, "removed");
  assertEquals(
    code(
      await server.join(room.roomId, { name: "Ann" }, { token: member.token }),
    ),
    [403, "removed"],
  );
});

Deno.test("POST join to a locked room is for its hosts", async () => {
  await using server = await TestServer.start();
  const { roomId, hostToken } = await server.room();
  await server.call("PATCH", `/api/rooms/${roomId}`, {
    token: hostToken,
    body: { locked: true },
  });
  assertEquals(code(await server.join(roomId)), [423, "room-locked"]);
  assertEquals(
    (await server.join(roomId, { name: "Ann" }, { token: hostToken })).status,
    200,
  );
});

Deno.test("POST join wants the PIN of a room that has one", async () => {
  await using server = await TestServer.start();
  const { roomId } = await server.room({ pin: "0042" });
  assertEquals(code(await server.join(roomId)), [403, "pin-required"]);
  const join = (pin: unknown) => server.join(roomId, { name: "Ann", pin });
  assertEquals(code(await join("")), [403, "pin-required"]);
  assertEquals(code(await join("42")), [403, "pin-wrong"]);
  assertEquals(code(await join(42)), [400, "invalid-message"]);
  assertEquals((await join("0042")).status, 200);
});

Deno.test("Guessing ends after 10 failures a minute from one address, also for right guesses", async () => {
  await using server = await TestServer.start({ TRUST_PROXY: "1" });
  const { roomId } = await server.room({ pin: "0042" });
  const guess = (pin: string, from: string) =>
    server.join(roomId, { name: "Eve", pin }, { from });
  for (let i = 0; i < 10; i++) {
    assertEquals(code(await guess(`10${i}`, "198.51.100.1")), [
      403,
      "pin-wrong",
    ]);
  }
  const refused = await guess("0042", "198.51.100.1");
  assertEquals(code(refused), [429, "rate-limited"]);
  const left = 60_000 - server.clock.now() % 60_000;
  assertEquals(
    refused.headers.get("Retry-After"),
    String(Math.ceil(left / 1_000)),
  );
  assertEquals((await guess("0042", "198.51.100.2")).status, 200);
  await server.clock.advance(left);
  assertEquals((await guess("0042", "198.51.100.1")).status, 200);
});

Deno.test("Guessing many PINs at once is worth no more than one after the other", async () => {
  await using server = await TestServer.start({
    LIMIT_JOINS_PER_MINUTE: "1000",
  });
  const { roomId } = await server.room({ pin: "0042" });
  const answers = await Promise.all(
    Array.from(
      { length: 60 },
      (_, i) => server.join(roomId, { name: "Eve", pin: `1${1000 + i}` }),
    ),
  );
  const looked = answers.filter(({ body }) => body.code === "pin-wrong");
  assertEquals(looked.length, 10);
  assert(answers.every(({ status }) => status === 403 || status === 429));
});

Deno.test("Guessing one room's PIN from many addresses ends as well, and its members still come in", async () => {
  await using server = await TestServer.start({
    TRUST_PROXY: "1",
    LIMIT_WRONG_PINS_PER_HOUR: "12",
  });
  const room = await server.room({ pin: "0042" });
  const member = (await server.join(room.roomId, { name: "Ann", pin: "0042" }))
    .body;
  const guess = (i: number, pin = "9999") =>
    server.join(room.roomId, { name: "Eve", pin }, {
      from: `198.51.100.${i}`,
    });
  for (let i = 0; i < 12; i++) {
    assertEquals(code(await guess(i)), [403, "pin-wrong"]);
  }
  assertEquals(code(await guess(99, "0042")), [429, "rate-limited"]);
  assertEquals(
    (await server.join(room.roomId, { name: "Ann" }, { token: member.token }))
      .status,
    200,
  );
  assertEquals(
    (await server.join(room.roomId, { name: "Ann" }, {
      token: room.hostToken,
    })).status,
    200,
  );
});

Deno.test("Looking for rooms by joining ends after 10 that are not there", async () => {
  await using server = await TestServer.start();
  const { roomId } = await server.room();
  for (let i = 0; i < 10; i++) {
    assertEquals(
      code(await server.join(`guess-number-${i}`)),
      [404, "room-not-found"],
    );
  }
  assertEquals(code(await server.join("guess-again")), [429, "rate-limited"]);
  assertEquals(code(await server.join(roomId)), [429, "rate-limited"]);
});

Deno.test("Looking for many rooms at once is worth no more than one after the other", async () => {
  await using server = await TestServer.start({
    LIMIT_JOINS_PER_MINUTE: "1000",
  });
  const { roomId } = await server.room({ maxParticipants: 64 });
  const wrong = Array.from({ length: 40 }, (_, i) => `guess-number-${i}`);
  const answers = await Promise.all(
    [...wrong, roomId].map((id) => server.join(id)),
  );
  const looked = answers.filter(({ body }) => body.code === "room-not-found");
  assertEquals(looked.length, 10);
  assertEquals(code(answers.at(-1)!), [429, "rate-limited"]);
});

Deno.test("Showing many tokens at once is worth no more than one after the other", async () => {
  await using server = await TestServer.start({
    LIMIT_JOINS_PER_MINUTE: "1000",
  });
  const { roomId } = await server.room({ maxParticipants: 64 });
  const answers = await Promise.all(
    Array.from(
      { length: 40 },
      (_, i) => server.join(roomId, { name: "Eve" }, { token: `x${i}` }),
    ),
  );
  const looked = answers.filter(({ body }) => body.code === "token-invalid");
  assertEquals(looked.length, 10);
});

Deno.test("Rooms that are full or want a PIN, and right PINs, do not count as guesses", async () => {
  await using server = await TestServer.start({
    LIMIT_JOINS_PER_MINUTE: "1000",
  });
  const full = await server.room({ maxParticipants: 2 });
  await server.join(full.roomId);
  await server.join(full.roomId);
  const closed = await server.room({ pin: "1234", maxParticipants: 64 });
  const right = { name: "Ann", pin: "1234" };
  for (let i = 0; i < 20; i++) {
    assertEquals((await server.join(full.roomId)).status, 409);
    assertEquals((await server.join(closed.roomId)).status, 403);
    assertEquals((await server.join(closed.roomId, right)).status, 200);
  }
});

Deno.test("Joins are limited per address", async () => {
  await using server = await TestServer.start({
    LIMIT_JOINS_PER_MINUTE: "5",
    TRUST_PROXY: "1",
  });
  const { roomId } = await server.room({ maxParticipants: 64 });
  const join = (from: string) => server.join(roomId, { name: "Ann" }, { from });
  for (let i = 0; i < 5; i++) {
    assertEquals((await join("2001:db8::1")).status, 200);
  }
  assertEquals(code(await join("2001:db8::1")), [429, "rate-limited"]);
  assertEquals(code(await join("2001:db8::ffff")), [429, "rate-limited"]);
  assertEquals((await join("2001:db8:1::1")).status, 200);
});

Deno.test("POST join cleans names and shows them to no outsider", async () => {
  await using server = await TestServer.start();
  const { roomId } = await server.room();
  const { body } = await server.join(roomId, {
    name: " \u202eAnn\u0000 <b> ",
  });
  const claims = await server.instance.tokens.verifyMember(body.token);
  assertEquals(claims.name, "Ann <b>");
  for (const name of ["", "   ", "\u202e", "n".repeat(65), null, ["Ann"]]) {
    assertEquals(
      code(await server.join(roomId, { name })),
      [400, "invalid-message"],
    );
  }
  const shown = await server.call("GET", `/api/rooms/${roomId}`);
  assert(!JSON.stringify(shown.body).includes("Ann"));
  assert(!JSON.stringify(shown.body).includes(body.memberId));
});

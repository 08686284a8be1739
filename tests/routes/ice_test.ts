import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { TestServer } from "./server.ts";

const TURN = {
  STUN_URLS: "stun:stun.example:3478",
  TURN_URLS: "turn:turn.example:3478",
  TURN_SECRET: "0123456789abcdef",
};

Deno.test("GET /api/ice gives a member fresh credentials, as its join did", async () => {
  await using server = await TestServer.start(TURN);
  const { roomId } = await server.room();
  const joined = (await server.join(roomId)).body;
  const [stun, turn] = joined.iceServers;
  assertEquals(stun, { urls: ["stun:stun.example:3478"] });
  assertMatch(turn.username, new RegExp(`^\\d+:${joined.memberId}$`));
  await server.clock.advance(1_800_000);
  const answer = await server.call("GET", "/api/ice", { token: joined.token });
  assertEquals(answer.status, 200);
  assertNotEquals(answer.body.iceServers[1].credential, turn.credential);
  assertEquals(answer.body.iceExpiresAt, joined.iceExpiresAt + 1_800_000);
});

Deno.test("GET /api/ice is for members of living rooms only", async () => {
  await using server = await TestServer.start(TURN);
  const { roomId, hostToken } = await server.room();
  const one = (await server.join(roomId)).body;
  const two = (await server.join(roomId)).body;
  const ask = async (token?: string) => {
    const { status, body } = await server.call("GET", "/api/ice", { token });
    return [status, body.code];
  };
  assertEquals(await ask(), [401, "token-missing"]);
  assertEquals(await ask("nonsense"), [401, "token-invalid"]);
  assertEquals(await ask(hostToken), [401, "token-invalid"]);
  await server.instance.seats.end(roomId, one.memberId, "removed");
  assertEquals(await ask(one.token), [403, "removed"]);
  assertEquals(await ask(two.token), [200, undefined]);
  await server.call("DELETE", `/api/rooms/${roomId}`, { token: hostToken });
  assertEquals(await ask(two.token), [404, "room-not-found"]);
});

import { assertEquals, assertRejects } from "@std/assert";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import { makeRoom, NoRoomError } from "@/lib/ui/room_requests.ts";
import { hostToken, keepHostToken } from "@/lib/ui/storage.ts";

/** A service with one answer to everything. */
const serviceWith = (status: number, body: unknown) => ({
  baseUrl: "https://call.example",
  fetch: () => Promise.resolve(Response.json(body, { status })),
});

const ROOM = {
  roomId: "abcdefghijklmnopqrstuv",
  url: "https://call.example/r/abcdefghijklmnopqrstuv",
  hostToken: "h",
};

Deno.test("makeRoom: this browser is the host, and the page has the readable link", async () => {
  const service = serviceWith(201, ROOM);
  assertEquals(await makeRoom({}, service), `/r/${ROOM.roomId}`);
  assertEquals(hostToken(ROOM.roomId), "h");
  keepHostToken(ROOM.roomId, null);
  assertEquals(await makeRoom({ slug: "team" }, service), "/r/team");
  assertEquals(hostToken(ROOM.roomId), "h");
  keepHostToken(ROOM.roomId, null);
});

Deno.test("makeRoom: a failure in words, with what the form can tell of it", async () => {
  const failure = await assertRejects(
    () => makeRoom({}, serviceWith(429, { code: "rate-limited" })),
    NoRoomError,
    "Too much at once. There were too many requests from here.",
  );
  assertEquals((failure.cause as ProtocolError).code, "rate-limited");
});

import { assertEquals } from "@std/assert";
import { iceServers } from "@/lib/server/ice.ts";
import { Secret } from "@/lib/server/secret.ts";
import { VirtualClock } from "../fakes/clock.ts";

const STUN = ["stun:stun.example:3478"];

Deno.test("iceServers() without TURN gives STUN, and nothing without either", async () => {
  const clock = new VirtualClock();
  assertEquals(await iceServers({ stunUrls: STUN }, "m1", clock), {
    iceServers: [{ urls: STUN }],
  });
  assertEquals(await iceServers({ stunUrls: [] }, "m1", clock), {
    iceServers: [],
  });
});

Deno.test("iceServers() makes credentials for one member that coturn accepts for an hour", async () => {
  // The password was computed with: printf %s 1700003600:m1 | openssl dgst -sha1 -hmac north -binary | base64
  const answer = await iceServers(
    {
      stunUrls: STUN,
      turn: { urls: ["turn:turn.example:3478"], secret: new Secret("north") },
    },
    "m1",
    new VirtualClock(1_700_000_000_999),
  );
  assertEquals(answer, {
    iceServers: [{ urls: STUN }, {
      urls: ["turn:turn.example:3478"],
      username: "1700003600:m1",
      credential: "iDsztjK2DZy8U9ehBHFdfDmJSFI=",
    }],
    iceExpiresAt: 1_700_003_600_000,
  });
});

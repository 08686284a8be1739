import { assertEquals, assertRejects } from "@std/assert";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import { Tokens } from "@/lib/server/tokens.ts";
import { VirtualClock } from "../fakes/clock.ts";
import { ANN, forge, HEADER, make, MEMBER, OLD, OURS, START } from "./forge.ts";

Deno.test("Tokens takes back what it issued", async () => {
  const { tokens } = make();
  const { token, claims } = await tokens.issueMember(ANN);
  assertEquals(await tokens.verifyMember(token), claims);
  assertEquals(claims, {
    kind: "member",
    ...ANN,
    tokenId: claims.tokenId,
    issuedAt: START,
    expiresAt: START + 7_200_000,
  });
  const host = await tokens.verify(
    await tokens.issueHost({ roomId: "room-1", expiresAt: START + 60_000 }),
  );
  assertEquals(host.kind, "host");
  assertEquals(host.expiresAt, START + 60_000);
});

Deno.test("Tokens accepts a token made by the rules, so that the forgeries below differ by one thing only", async () => {
  const claims = await make().tokens.verifyMember(await forge(HEADER, MEMBER));
  assertEquals(claims.memberId, "member-1");
});

Deno.test("Tokens ends a token at its time, with 5 s for calendars that differ", async () => {
  const { tokens, clock } = make();
  const { token } = await tokens.issueMember(ANN);
  clock.setCalendar(START + 7_200_000 + 4_900);
  await tokens.verify(token);
  clock.setCalendar(START + 7_200_000 + 5_000);
  await assertRejects(() => tokens.verify(token), ProtocolError);
  clock.setCalendar(START - 1_200_000);
  await tokens.verify(token);
  clock.setCalendar(START - 1_200_001);
  await assertRejects(() => tokens.verify(token), ProtocolError);
});

Deno.test("Tokens looks at the clock it was given, not at the machine's", async () => {
  const clock = new VirtualClock(Date.now() - 40 * 86_400_000);
  const tokens = new Tokens({ jwtSecret: OURS, deployment: "x" }, clock);
  const { token } = await tokens.issueMember(ANN);
  await tokens.verify(token);
});

Deno.test("Tokens accepts the previous secret, and signs with the new one", async () => {
  const before = make({ secret: OLD });
  const after = make({ previous: OLD });
  const { token } = await before.tokens.issueMember(ANN);
  await after.tokens.verify(token);
  await assertRejects(() => make().tokens.verify(token), ProtocolError);
  const fresh = await after.tokens.issueMember(ANN);
  await make().tokens.verify(fresh.token);
  await assertRejects(() => before.tokens.verify(fresh.token), ProtocolError);
});

Deno.test("Tokens accepts the coming secret before it signs with it, member's and host's tokens alike", async () => {
  const told = make({ secret: OLD, previous: OURS });
  const after = make({ previous: OLD });
  for (const [one, other] of [[told, after], [after, told]]) {
    await other.tokens.verify((await one.tokens.issueMember(ANN)).token);
    await other.tokens.verify(await one.tokens.issueHost({ roomId: "room-1" }));
  }
});

Deno.test("Tokens.verifyMember() refuses a host token", async () => {
  const { tokens } = make();
  const token = await tokens.issueHost({ roomId: "room-1" });
  assertEquals((await tokens.verify(token)).kind, "host");
  await assertRejects(() => tokens.verifyMember(token), ProtocolError);
});

Deno.test("Tokens.issueHost() lasts a year for a persistent room", async () => {
  const { tokens, clock } = make();
  const token = await tokens.issueHost({ roomId: "room-1" });
  await clock.advance(365 * 86_400_000);
  await tokens.verify(token);
  await clock.advance(2 * 86_400_000);
  await assertRejects(() => tokens.verify(token), ProtocolError);
});

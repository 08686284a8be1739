import { assertEquals } from "@std/assert";
import { charactersLeft, reachOf } from "@/lib/ui/chat_draft.ts";

const BOB = { memberId: "bob", name: "Bob" };

Deno.test("reachOf is everyone, or one who is there", () => {
  const toAll = { to: null, left: null, isHeld: false };
  assertEquals(reachOf(null, "hi", [BOB]), toAll);
  assertEquals(reachOf(BOB, "hi", [BOB]), { ...toAll, to: BOB });
});

Deno.test("reachOf holds what was written for one who has left, and goes back to everyone when nothing was", () => {
  assertEquals(reachOf(BOB, "hi", []), { to: BOB, left: BOB, isHeld: true });
  assertEquals(reachOf(BOB, " ", []), { to: null, left: BOB, isHeld: false });
});

Deno.test("charactersLeft counts characters as people do, near the limit only", () => {
  assertEquals(charactersLeft("x".repeat(900), 1_000), null);
  assertEquals(charactersLeft("x".repeat(960), 1_000), 40);
  assertEquals(charactersLeft("𝄞".repeat(500), 1_000), null);
  assertEquals(charactersLeft("𝄞".repeat(1_001), 1_000), -1);
  assertEquals(charactersLeft(`${"x".repeat(1_000)} \n`, 1_000), 0);
});

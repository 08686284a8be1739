import { assert, assertEquals } from "@std/assert";
import { play } from "./abuse_proof.ts";

Deno.test("abuse: people in calls notice nothing of a flood on the same server process", async () => {
  const { noticed } = await play({
    attack: "flood",
    seated: true,
    attackers: 3,
    mib: 0,
  }, 1);
  assertEquals(noticed.lost, 0);
  assert(noticed.signals > 0);
});

import { assert, assertEquals } from "@std/assert";
import { collectLeftovers, collector } from "@/lib/server/leftovers.ts";
import { VirtualClock } from "../fakes/clock.ts";

Deno.test("collectLeftovers waits until many have come and nobody comes any more", async () => {
  const clock = new VirtualClock();
  let begun = 0;
  let collected = 0;
  const end = collectLeftovers(() => begun, clock, () => collected++);
  const after = async (more: number) => {
    begun += more;
    await clock.advance(5_000);
    return collected;
  };
  assertEquals(await after(999), 0);
  assertEquals(await after(0), 0); // Not many.
  assertEquals(await after(1), 0); // Not quiet.
  assertEquals(await after(0), 1);
  assertEquals(await after(0), 1); // Nothing new.
  assertEquals(await after(1_000), 1);
  assertEquals(await after(0), 2);
  end();
  begun += 1_000;
  assertEquals(await after(0), 2);
  assertEquals(await after(0), 2);
});

Deno.test("collector frees what nobody holds", () => {
  const collect = collector();
  collect();
  const before = Deno.memoryUsage().heapUsed;
  let garbage: unknown[] | null = Array.from(
    { length: 300_000 },
    (_, i) => ({ i }),
  );
  assert(garbage.length > 0);
  garbage = null;
  collect();
  assert(Deno.memoryUsage().heapUsed - before < 4_000_000);
});

import { assertEquals, assertNotEquals } from "@std/assert";
import { simulate } from "./simulation.ts";

for (const seed of [1, 2, 3, 4]) {
  Deno.test(`simulation: seed ${seed}: whatever fails, every promise holds`, async () => {
    const { violations, sent, faults } = await simulate({
      seed,
      signals: 2_000,
      rooms: 4,
    });
    assertEquals(violations, []);
    assertEquals([sent >= 2_000, faults > 10], [true, true]);
  });
}

Deno.test("simulation: the same seed does the same, another does not", async () => {
  const digest = async (seed: number) =>
    (await simulate({ seed, signals: 300, rooms: 2 })).digest;
  assertEquals(await digest(1), await digest(1));
  assertNotEquals(await digest(1), await digest(2));
});

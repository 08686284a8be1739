import { assertEquals, assertRejects } from "@std/assert";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import { PinGuesses } from "@/lib/server/pin_guesses.ts";
import { Store } from "@/lib/server/store.ts";
import { VirtualClock } from "../fakes/clock.ts";

const right = () => Promise.resolve(true);
const wrong = () => Promise.resolve(false);

/** Two instances on one database, with 5 wrong guesses an hour. */
async function withInstances(
  test: (
    one: PinGuesses,
    two: PinGuesses,
    clock: VirtualClock,
  ) => Promise<void>,
): Promise<void> {
  const kv = await Deno.openKv(":memory:");
  const clock = new VirtualClock(Date.now());
  const make = () =>
    new PinGuesses(new Store(() => Promise.resolve(kv)), clock, 5);
  try {
    await test(make(), make(), clock);
  } finally {
    kv.close();
  }
}

Deno.test("PinGuesses lets right guesses through without end, and counts none", () =>
  withInstances(async (one) => {
    for (let i = 0; i < 20; i++) {
      assertEquals(await one.guess("r", right), true);
    }
  }));

Deno.test("PinGuesses ends guessing at a room for an hour, on all instances together", () =>
  withInstances(async (one, two, clock) => {
    for (let i = 0; i < 5; i++) {
      assertEquals(await [one, two][i % 2].guess("r", wrong), false);
      await clock.advance(60_000);
    }
    for (const guesses of [one, two]) {
      const error = await assertRejects(
        () => guesses.guess("r", right),
        ProtocolError,
      );
      assertEquals(error.code, "rate-limited");
      assertEquals(error.retryAfter, 55 * 60_000);
    }
    assertEquals(await one.guess("another", right), true);
    await clock.advance(55 * 60_000);
    assertEquals(await one.guess("r", right), true);
    assertEquals(await two.guess("r", wrong), false);
  }));

Deno.test("PinGuesses loses no guess that instances count at the same moment", () =>
  withInstances(async (one, two) => {
    for (let i = 0; i < 2; i++) {
      await Promise.all([one.guess("r", wrong), two.guess("r", wrong)]);
    }
    assertEquals(await one.guess("r", wrong), false);
    await assertRejects(() => two.guess("r", right), ProtocolError);
  }));

Deno.test("PinGuesses counts guesses that come all at once one by one", () =>
  withInstances(async (one) => {
    let looked = 0;
    const results = await Promise.allSettled(
      Array.from({ length: 100 }, () =>
        one.guess("r", () => {
          looked++;
          return wrong();
        })),
    );
    assertEquals(looked, 5);
    assertEquals(
      results.filter(({ status }) => status === "rejected").length,
      95,
    );
  }));

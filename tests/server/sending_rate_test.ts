import { assert, assertEquals, assertFalse } from "@std/assert";
import { SendingRate } from "@/lib/server/sending_rate.ts";
import { VirtualClock } from "../fakes/clock.ts";

function make() {
  const clock = new VirtualClock();
  const rate = new SendingRate({
    messages: { perSecond: 50, burst: 200 },
    bytes: { perSecond: 100, burst: 1_000 },
    changes: { perSecond: 1, burst: 3 },
  }, clock);
  return { clock, rate };
}

/** How often something may be done at once. */
function times(act: () => boolean): number {
  let count = 0;
  while (act()) count++;
  return count;
}

Deno.test("SendingRate gives a burst of messages, then their rate", async () => {
  const { clock, rate } = make();
  assertEquals(times(() => rate.take(0)), 200);
  await clock.advance(19);
  assertFalse(rate.take(0));
  await clock.advance(1);
  assertEquals(times(() => rate.take(0)), 1);
  await clock.advance(3_600_000);
  assertEquals(times(() => rate.take(0)), 200);
});

Deno.test("SendingRate takes all of a message's bytes or none, and counts one that is too large as a message", async () => {
  const { clock, rate } = make();
  assertFalse(rate.take(1_001));
  assert(rate.take(700));
  assertFalse(rate.take(301));
  assert(rate.take(300));
  await clock.advance(500);
  assertFalse(rate.take(51));
  assert(rate.take(50));
  assertEquals(times(() => rate.take(0)), 198);
});

Deno.test("SendingRate counts what is written to the store for itself", async () => {
  const { clock, rate } = make();
  assertEquals(times(() => rate.takeChange()), 3);
  assert(rate.take(0));
  await clock.advance(999);
  assertFalse(rate.takeChange());
  await clock.advance(1);
  assert(rate.takeChange());
});

Deno.test("SendingRate does not mind a calendar that is set back", async () => {
  const { clock, rate } = make();
  assertEquals(times(() => rate.takeChange()), 3);
  clock.setCalendar(0);
  assertFalse(rate.takeChange());
  await clock.advance(1_000);
  assert(rate.takeChange());
});

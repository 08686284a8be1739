import { assert, assertEquals, assertThrows } from "@std/assert";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import { RateLimiter, TokenBucket } from "@/lib/server/rate_limit.ts";
import { VirtualClock } from "../fakes/clock.ts";

Deno.test("TokenBucket gives a burst, then its rate", async () => {
  const clock = new VirtualClock();
  const bucket = new TokenBucket({ perSecond: 50, burst: 200 }, clock);
  let taken = 0;
  while (bucket.take()) taken++;
  assertEquals(taken, 200);
  assertEquals(bucket.waitMs(), 20);
  await clock.advance(19);
  assertEquals(bucket.take(), false);
  await clock.advance(1);
  assertEquals(bucket.take(), true);
  assertEquals(bucket.take(), false);
  await clock.advance(1_000);
  taken = 0;
  while (bucket.take()) taken++;
  assertEquals(taken, 50);
});

Deno.test("TokenBucket never holds more than its burst", async () => {
  const clock = new VirtualClock();
  const bucket = new TokenBucket({ perSecond: 1, burst: 3 }, clock);
  await clock.advance(3_600_000);
  assertEquals([1, 2, 3, 4].map(() => bucket.take()), [
    true,
    true,
    true,
    false,
  ]);
});

Deno.test("TokenBucket does not mind a calendar that is set back", async () => {
  const clock = new VirtualClock();
  const bucket = new TokenBucket({ perSecond: 1, burst: 1 }, clock);
  assert(bucket.take());
  clock.setCalendar(0);
  assertEquals(bucket.take(), false);
  await clock.advance(1_000);
  assert(bucket.take());
});

Deno.test("RateLimiter counts each key for itself, and says when to come back", async () => {
  const clock = new VirtualClock();
  const limiter = new RateLimiter({ perSecond: 10 / 60, burst: 10 }, clock);
  for (let i = 0; i < 10; i++) limiter.take("a");
  const error = assertThrows(() => limiter.take("a"), ProtocolError);
  assertEquals(error.code, "rate-limited");
  assertEquals(error.retryAfter, 6_000);
  limiter.take("b");
  await clock.advance(6_000);
  limiter.take("a");
  assertThrows(() => limiter.take("a"), ProtocolError);
});

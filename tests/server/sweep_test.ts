import { assertEquals } from "@std/assert";
import { Sweep } from "@/lib/server/sweep.ts";
import { VirtualClock } from "../fakes/clock.ts";

/** A sweep over things of which each falls due once, and when it looked: milliseconds after the beginning. */
function sweepOf(clock: VirtualClock) {
  const began = clock.now();
  const due: number[] = [];
  const looks: number[] = [];
  const sweep = new Sweep(clock, () => {
    looks.push(clock.now() - began);
    const later = due.filter((at) => at > clock.now());
    return Math.min(...later);
  });
  const add = (ms: number) => {
    due.push(began + ms);
    sweep.add(began + ms);
  };
  return { sweep, add, looks };
}

Deno.test("Sweep looks when something falls due, with one timer for all", async () => {
  const clock = new VirtualClock();
  const { add, looks } = sweepOf(clock);
  for (const ms of [50_000, 20_000, 90_000, 30_000]) add(ms);
  assertEquals(clock.waiting, 1);
  await clock.advance(100_000);
  assertEquals(looks, [20_000, 30_000, 50_000, 90_000]);
  assertEquals(clock.waiting, 0);
});

Deno.test("Sweep looks at most once a second, however much is overdue", async () => {
  const clock = new VirtualClock();
  const { add, looks } = sweepOf(clock);
  for (let n = 0; n < 20; n++) {
    add(-5_000);
    await clock.advance(100);
  }
  await clock.advance(5_000);
  assertEquals(looks, [0, 1_000, 2_000]);
});

Deno.test("Sweep waits for more than the 24 days that a timer can", async () => {
  const clock = new VirtualClock();
  const { add, looks } = sweepOf(clock);
  const days = 86_400_000;
  add(40 * days);
  await clock.advance(41 * days);
  assertEquals(looks.at(-1), 40 * days);
});

Deno.test("Sweep that is stopped leaves no timer", () => {
  const clock = new VirtualClock();
  const { sweep, add } = sweepOf(clock);
  add(1_000);
  sweep.stop();
  assertEquals(clock.waiting, 0);
});

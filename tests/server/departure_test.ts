import { assertEquals } from "@std/assert";
import { type Channel, Departure } from "@/lib/server/departure.ts";
import { VirtualClock } from "../fakes/clock.ts";

/** Isolates of one process: what one posts comes to all others, and how often each ended the process. */
class Isolates {
  readonly clock = new VirtualClock();
  readonly exits: number[] = [];
  readonly #channels: Channel[] = [];

  departure(): Departure {
    const channel: Channel = {
      onmessage: null,
      postMessage: (data) => {
        for (const other of this.#channels) {
          if (other === channel) continue;
          this.clock.after(
            1,
            () => other.onmessage?.(new MessageEvent("message", { data })),
          );
        }
      },
    };
    const index = this.#channels.push(channel) - 1;
    const exit = () => void this.exits.push(index);
    return new Departure(channel, exit, this.clock);
  }

  closing(ms: number): () => Promise<void> {
    return () => new Promise((resolve) => this.clock.after(ms, resolve));
  }
}

Deno.test("Departure: isolates that are done wait for those that are not, and the last one ends the process", async () => {
  const isolates = new Isolates();
  const [quick, slow, idle] = [0, 1, 2].map(() => isolates.departure());
  quick.leave(isolates.closing(0));
  slow.leave(isolates.closing(1_000));
  idle.leave(isolates.closing(10));
  await isolates.clock.run(1_199);
  assertEquals(isolates.exits, []);
  await isolates.clock.run(10);
  assertEquals(isolates.exits, [1]);
});

Deno.test("Departure: an isolate that has not even got the signal is waited for", async () => {
  const isolates = new Isolates();
  const [early, late] = [0, 1].map(() => isolates.departure());
  early.leave(isolates.closing(0));
  await isolates.clock.run(500);
  late.leave(isolates.closing(100));
  await isolates.clock.run(299);
  assertEquals(isolates.exits, []);
  await isolates.clock.run(10);
  assertEquals(isolates.exits, [1]);
});

Deno.test("Departure: who are done at the same time do not wait for each other", async () => {
  const isolates = new Isolates();
  for (const each of [isolates.departure(), isolates.departure()]) {
    each.leave(isolates.closing(50));
  }
  await isolates.clock.run(260);
  assertEquals(isolates.exits, [0, 1]);
});

Deno.test("Departure: a close that never ends is cut short before the platform does", async () => {
  const isolates = new Isolates();
  isolates.departure().leave(() => new Promise(() => {}));
  await isolates.clock.run(4_499);
  assertEquals(isolates.exits, []);
  await isolates.clock.run(1);
  assertEquals(isolates.exits, [0]);
});

Deno.test("Departure: without a BroadcastChannel nobody is asked", async () => {
  const clock = new VirtualClock();
  let exits = 0;
  await new Departure(undefined, () => exits++, clock).leave(async () => {});
  assertEquals(exits, 1);
});

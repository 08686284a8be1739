import { assertEquals } from "@std/assert";
import { SYSTEM_CLOCK } from "@/lib/protocol/clock.ts";
import { Bus } from "@/lib/server/bus/bus.ts";
import type { Carrier } from "@/lib/server/bus/carrier.ts";
import { Log } from "@/lib/server/log.ts";
import { Metrics } from "@/lib/server/metrics.ts";

/** A bus of one instance, with what it has heard. */
export class Listener implements AsyncDisposable {
  readonly heard: unknown[] = [];
  readonly holes: string[] = [];
  readonly bus: Bus;
  #wake = () => {};

  constructor(readonly id: string, carriers: Carrier[], clock = SYSTEM_CLOCK) {
    const log = new Log(() => {}, clock);
    this.bus = new Bus({
      instanceId: id,
      carriers,
      clock,
      log,
      metrics: new Metrics(),
    });
    this.bus.onMessage = (message) => {
      this.heard.push(message);
      this.#wake();
    };
    this.bus.onHole = (from) => this.holes.push(from);
  }

  /** Resolves when so many messages have been heard. */
  async count(count: number): Promise<void> {
    while (this.heard.length < count) {
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.bus.close();
  }
}

/** What a bus must keep to, whatever it runs over. `carrier` makes one that reaches those made before. */
export function busContract(name: string, carrier: () => Carrier): void {
  let made = 0;
  const test = (
    promise: string,
    body: (one: Listener, other: Listener) => Promise<void>,
  ) =>
    Deno.test(`Bus over ${name}: ${promise}`, async () => {
      const id = ++made;
      await using one = new Listener(`one-${id}`, [carrier()]);
      await using other = new Listener(`other-${id}`, [carrier()]);
      await body(one, other);
    });

  test("a message reaches the instance that it is for", async (one, other) => {
    one.bus.send(other.id, { text: "hello" });
    await other.count(1);
    assertEquals([one.heard, other.heard], [[], [{ text: "hello" }]]);
  });

  test("2,000 arrive whole, once and in order", async (one, other) => {
    const all = Array.from({ length: 2_000 }, (_, n) => n);
    for (const n of all) {
      one.bus.send(other.id, n);
      if (n % 500 === 0) await new Promise((resolve) => setTimeout(resolve));
    }
    await other.count(all.length);
    assertEquals([other.heard, other.holes], [all, []]);
  });

  test("large messages fit, however many", async (one, other) => {
    const large = Array.from({ length: 8 }, (_, n) => `${n}`.repeat(32_768));
    for (const message of large) one.bus.send(other.id, message);
    await other.count(8);
    assertEquals(other.heard, large);
  });

  test("both directions do not disturb each other", async (one, other) => {
    for (const n of [1, 2, 3]) {
      one.bus.send(other.id, n);
      other.bus.send(one.id, -n);
    }
    await Promise.all([one.count(3), other.count(3)]);
    assertEquals([one.heard, other.heard], [[-1, -2, -3], [1, 2, 3]]);
  });

  test("flush waits until all was handed over", async (one, other) => {
    for (let n = 0; n < 300; n++) one.bus.send(other.id, n);
    await one.bus.flush(10_000);
    await other.count(300);
  });
}

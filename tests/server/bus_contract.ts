import { assert, assertEquals } from "@std/assert";
import type { Bus } from "@/lib/server/bus.ts";

/** What every bus must keep to, whatever it runs over. `open` makes one more bus that reaches those made before. */
export function busContract(name: string, open: () => Bus): void {
  const test = (
    promise: string,
    body: (one: Bus, other: Bus) => Promise<void>,
  ) =>
    Deno.test(`${name}: ${promise}`, async () => {
      const [one, other] = [open(), open()];
      try {
        await body(one, other);
      } finally {
        one.close();
        other.close();
      }
    });

  test(
    "a subscriber gets what is published to its topic, and the publisher is told",
    async (one, other) => {
      const heard: unknown[] = [];
      other.subscribe("b", (message) => heard.push(message));
      assertEquals(await one.publish("b", { text: "hello" }), true);
      assertEquals(heard, [{ text: "hello" }]);
    },
  );

  test("nobody there: the publisher is told that too", async (one, other) => {
    other.subscribe("b", () => {});
    assertEquals(await one.publish("c", "hello"), false);
  });

  test("who has unsubscribed gets nothing", async (one, other) => {
    const heard: unknown[] = [];
    const unsubscribe = other.subscribe("b", (message) => heard.push(message));
    await one.publish("b", 1);
    unsubscribe();
    assertEquals(await one.publish("b", 2), false);
    assertEquals(heard, [1]);
  });

  test("a closed bus gets nothing", async (one, other) => {
    const heard: unknown[] = [];
    other.subscribe("b", (message) => heard.push(message));
    other.close();
    assertEquals(await one.publish("b", 1), false);
    assertEquals(heard, []);
  });

  test(
    "a burst of 5,000 arrives whole, once and in order",
    async (one, other) => {
      const heard: unknown[] = [];
      other.subscribe("b", (message) => heard.push(message));
      const count = 5_000;
      const taken = await Promise.all(
        Array.from({ length: count }, (_, n) => one.publish("b", n)),
      );
      assert(taken.every((each) => each));
      assertEquals(heard, Array.from({ length: count }, (_, n) => n));
    },
  );

  test(
    "both directions at once do not disturb each other",
    async (one, other) => {
      const heard: [unknown[], unknown[]] = [[], []];
      one.subscribe("a", (message) => heard[0].push(message));
      other.subscribe("b", (message) => heard[1].push(message));
      await Promise.all(
        [1, 2, 3].flatMap((n) => [one.publish("b", n), other.publish("a", n)]),
      );
      assertEquals(heard, [[1, 2, 3], [1, 2, 3]]);
    },
  );

  test(
    "a message is a copy: changing it afterwards changes nothing elsewhere",
    async (one, other) => {
      const heard: { list: number[] }[] = [];
      other.subscribe(
        "b",
        (message) => heard.push(message as { list: number[] }),
      );
      const message = { list: [1] };
      const published = one.publish("b", message);
      await published;
      message.list.push(2);
      assertEquals(heard[0].list, [1]);
    },
  );
}

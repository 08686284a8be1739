import { assertEquals } from "@std/assert";
import { BroadcastBus } from "@/lib/server/bus_broadcast.ts";
import { busContract } from "./bus_contract.ts";

busContract("BroadcastBus", () => new BroadcastBus());

/** A channel pair that loses and doubles what it is told to. */
function lossyPair(
  lose: (count: number) => boolean,
): [BroadcastChannel, BroadcastChannel] {
  let count = 0;
  const ends: { onmessage: ((event: MessageEvent) => void) | null }[] = [];
  const make = () => {
    const end = {
      onmessage: null as ((event: MessageEvent) => void) | null,
      postMessage(data: unknown) {
        const lost = lose(++count);
        for (const other of ends) {
          if (other === end || lost) continue;
          for (let copies = 0; copies < 2; copies++) {
            queueMicrotask(() =>
              other.onmessage?.(
                new MessageEvent("message", { data: structuredClone(data) }),
              )
            );
          }
        }
      },
      close() {},
    };
    ends.push(end);
    return end as unknown as BroadcastChannel;
  };
  return [make(), make()];
}

Deno.test("BroadcastBus: every fourth frame lost and the others doubled: whole, once and in order", async () => {
  const [mine, theirs] = lossyPair((count) => count % 4 === 1);
  const [one, other] = [
    new BroadcastBus({ channel: mine }),
    new BroadcastBus({ channel: theirs }),
  ];
  const heard: unknown[] = [];
  other.subscribe("b", (message) => heard.push(message));
  for (let n = 0; n < 12; n++) assertEquals(await one.publish("b", n), true);
  assertEquals(heard, Array.from({ length: 12 }, (_, n) => n));
  one.close();
  other.close();
});

Deno.test("BroadcastBus: reaches another isolate of the process, and hears from it", async () => {
  const worker = new Worker(
    new URL("./bus_broadcast_worker.ts", import.meta.url),
    { type: "module" },
  );
  const bus = new BroadcastBus();
  const echoed = new Promise((resolve) => bus.subscribe("here", resolve));
  await new Promise((resolve) => worker.onmessage = resolve);
  assertEquals(await bus.publish("there", "hello"), true);
  assertEquals(await echoed, "hello");
  bus.close();
  worker.terminate();
});

import { assertEquals } from "@std/assert";
import { BroadcastCarrier } from "@/lib/server/bus/carrier_broadcast.ts";
import { busContract, Listener } from "./contract.ts";

busContract("BroadcastChannel", () => new BroadcastCarrier());

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

Deno.test("BroadcastCarrier: every fourth frame lost and the others doubled: whole, once and in order", async () => {
  const [mine, theirs] = lossyPair((count) => count % 4 === 1);
  await using one = new Listener("one", [
    new BroadcastCarrier({ channel: mine }),
  ]);
  await using other = new Listener("other", [
    new BroadcastCarrier({ channel: theirs }),
  ]);
  for (let n = 0; n < 12; n++) {
    one.bus.send("other", n);
    await other.count(n + 1);
  }
  assertEquals(other.heard, Array.from({ length: 12 }, (_, n) => n));
});

Deno.test("BroadcastCarrier: reaches another isolate of the process, and hears from it", async () => {
  const worker = new Worker(
    new URL("./carrier_broadcast_worker.ts", import.meta.url),
    { type: "module" },
  );
  const carrier = new BroadcastCarrier();
  await using here = new Listener("here", [carrier]);
  await new Promise((resolve) => worker.onmessage = resolve);
  here.bus.send("there", "hello");
  await here.count(1);
  assertEquals(here.heard, ["hello"]);
  worker.terminate();
});

Deno.test("BroadcastCarrier: knows who is there, and who has gone", async () => {
  const [one, other] = [new BroadcastCarrier(), new BroadcastCarrier()];
  one.open("one", () => {});
  assertEquals(one.reaches("other"), false);
  other.open("other", () => {});
  const until = async (there: boolean) => {
    while (one.reaches("other") !== there) {
      await new Promise((resolve) => setTimeout(resolve));
    }
  };
  await until(true);
  await other.close();
  await until(false);
  await one.close();
});

import { assert, assertEquals } from "@std/assert";
import { SYSTEM_CLOCK } from "@/lib/protocol/clock.ts";
import { KvCarrier } from "@/lib/server/bus/carrier_kv.ts";
import { KEYS } from "@/lib/server/keys.ts";
import { Log } from "@/lib/server/log.ts";
import { Metrics } from "@/lib/server/metrics.ts";
import { Store } from "@/lib/server/store.ts";
import { busContract, Listener } from "./contract.ts";

const LOG = new Log(() => {}, SYSTEM_CLOCK);

/** Carriers on one database that none of them closes. */
function carriers(kv: Deno.Kv): () => KvCarrier {
  return () =>
    new KvCarrier(
      new Store(() => Promise.resolve(kv)),
      SYSTEM_CLOCK,
      LOG,
      new Metrics(),
    );
}

const shared = carriers(await Deno.openKv(":memory:"));
busContract("Deno KV", shared);

Deno.test("KvCarrier: what was sent to an instance that had not begun to look is found", async () => {
  using kv = await Deno.openKv(":memory:");
  const carrier = carriers(kv);
  await using one = new Listener("one", [carrier()]);
  one.bus.send("other", "early");
  await one.bus.flush(5_000);
  await using other = new Listener("other", [carrier()]);
  await other.count(1);
  assertEquals(other.heard, ["early"]);
});

Deno.test("KvCarrier: a parcel that is lost for good is seen as a hole, and only once", async () => {
  using kv = await Deno.openKv(":memory:");
  const carrier = carriers(kv);
  await using one = new Listener("one", [carrier()]);
  for (const message of ["a", "b", "c"]) {
    one.bus.send("other", message);
    await one.bus.flush(5_000);
  }
  await kv.delete(KEYS.mail("other", "one", 2));
  await using other = new Listener("other", [carrier()]);
  await other.count(2);
  assertEquals([other.heard, other.holes], [["a", "c"], ["one"]]);
});

/** An open carrier that tells the numbers of what it reads, and whose first reading of mail waits until it is let go on. */
async function reader(kv: Deno.Kv) {
  let goOn = () => {};
  let reads = 0;
  const waiting = new Promise<void>((resolve) => goOn = resolve);
  const slow = new Proxy(kv, {
    get(target, name) {
      if (name === "list") {
        return async function* (selector: Deno.KvListSelector) {
          const read = await Array.fromAsync(target.list(selector));
          if ("start" in selector && reads++ === 0) await waiting;
          yield* read;
        };
      }
      const value = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const carrier = carriers(slow)();
  const numbers: number[] = [];
  carrier.open("other", ({ number }) => numbers.push(number));
  const until = async (true_: () => boolean) => {
    while (!true_()) await new Promise((resolve) => setTimeout(resolve));
  };
  await until(() => reads > 0);
  return { carrier, numbers, goOn, until };
}

Deno.test("KvCarrier: who rings while mail is being read is not overheard, and nothing is read twice", async () => {
  using kv = await Deno.openKv(":memory:");
  const sender = carriers(kv)();
  const send = (number: number) =>
    sender.carry("other", { from: "one", number, messages: "[]" });
  await send(1);
  const { carrier, numbers, goOn, until } = await reader(kv);
  await send(2);
  await carrier.bell.prove();
  goOn();
  await until(() => numbers.includes(2));
  await send(3);
  await until(() => numbers.includes(3));
  assertEquals(numbers, [1, 2, 3]);
  await carrier.close();
});

Deno.test("KvCarrier: what lies in the database is no larger than it needs to be", async () => {
  using kv = await Deno.openKv(":memory:");
  const messages = JSON.stringify(["a=rtcp-fb:96 nack pli\r\n".repeat(200)]);
  await carriers(kv)().carry("other", { from: "one", number: 1, messages });
  const { value } = await kv.get<{ messages: Uint8Array }>(
    KEYS.mail("other", "one", 1),
  );
  assertEquals(value!.messages.buffer.byteLength, value!.messages.length);
  assert(value!.messages.length < messages.length / 20);
});

import { assert, assertEquals } from "@std/assert";
import { Doorbell } from "@/lib/server/bus/doorbell.ts";
import { Log } from "@/lib/server/log.ts";
import { Metrics } from "@/lib/server/metrics.ts";
import { Store } from "@/lib/server/store.ts";
import { VirtualClock } from "../../fakes/clock.ts";

type Watch = "works" | "is silent" | "fails";

/** A doorbell on a database whose watch does what it is told to from the next one on. */
async function rig() {
  const kv = await Deno.openKv(":memory:");
  const clock = new VirtualClock();
  const state = { watch: "works" as Watch, watches: 0, rings: 0, down: false };
  const watched = new Proxy(kv, {
    get(target, name) {
      if (name === "watch") {
        return (keys: [Deno.KvKey]) => {
          state.watches++;
          if (state.watch === "works") return target.watch(keys);
          return new ReadableStream({
            start: (to) =>
              state.watch === "fails" ? to.error(new Error("429")) : undefined,
          });
        };
      }
      if (name === "atomic" && state.down) throw new Error("down");
      const value = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const store = new Store(() => Promise.resolve(watched), clock);
  const bell = new Doorbell({
    metrics: new Metrics(),
    store,
    clock,
    log: new Log(() => {}, clock),
    key: ["bell", "me"],
    onRing: () => state.rings++,
  });
  bell.start();
  const stack = new AsyncDisposableStack();
  stack.defer(() => bell.close());
  stack.defer(() => store.close());
  const settle = () => clock.advance(0, 20);
  await settle();
  const ring = async () =>
    (await store.commit({ set: [{ key: bell.key, value: {} }] }))!;
  return { bell, clock, state, ring, settle, stack };
}

Deno.test("Doorbell: is heard when others ring, and when they rang before", async () => {
  const { state, ring, settle, stack } = await rig();
  await using _ = stack;
  assertEquals(state.rings, 1);
  await ring();
  await settle();
  assertEquals(state.rings, 2);
});

Deno.test("Doorbell: a watch that goes silent is doubted when a canary is not heard, polled, and proven again", async () => {
  const { bell, clock, state, ring, settle, stack } = await rig();
  await using _ = stack;
  state.watch = "is silent";
  await clock.advance(61_000, 5);
  bell.expect(await ring());
  await clock.advance(1_400, 5);
  assertEquals(bell.doubted, false);
  await clock.advance(200, 5);
  assert(bell.doubted);
  const before = state.rings;
  await clock.advance(5_000, 5);
  assert(state.rings >= before + 9, `${state.rings - before} looks in 5 s`);
  state.watch = "works";
  await clock.advance(2_500, 20);
  assertEquals(bell.doubted, false);
  const after = state.rings;
  await clock.advance(5_000, 5);
  assertEquals(state.rings, after);
  await settle();
});

Deno.test("Doorbell: a watch that fails is made anew", async () => {
  const { bell, clock, state, stack } = await rig();
  await using _ = stack;
  state.watch = "fails";
  await clock.advance(61_000, 5);
  assert(bell.doubted);
  state.watch = "works";
  await clock.advance(3_000, 20);
  assertEquals(bell.doubted, false);
});

Deno.test("Doorbell: a watch is made anew every minute, and misses nothing in between", async () => {
  const { bell, clock, state, ring, stack } = await rig();
  await using _ = stack;
  for (let n = 0; n < 5; n++) {
    await clock.advance(59_900, 5);
    const before = state.rings;
    await ring();
    await clock.advance(200, 20);
    assert(state.rings > before);
  }
  assertEquals([bell.doubted, state.watches], [false, 6]);
});

Deno.test("Doorbell.prove: heard, unheard, or not even written", async () => {
  const { bell, clock, state, stack } = await rig();
  await using _ = stack;
  assertEquals(await bell.prove(), "heard");
  state.watch = "is silent";
  await clock.advance(61_000, 5);
  const unheard = bell.prove();
  await clock.advance(1_600, 20);
  assertEquals(await unheard, "unheard");
  state.down = true;
  assertEquals(await bell.prove(), "unavailable");
});

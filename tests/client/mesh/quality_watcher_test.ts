import { assert, assertEquals } from "@std/assert";
import { QualityWatcher } from "@/lib/client/mesh/quality_watcher.ts";
import { VirtualClock } from "../../fakes/clock.ts";
import { FakeStats } from "../../fakes/stats.ts";

/** A watcher of a connection whose stats `flow` as the test says, and what it told. */
function rig() {
  const clock = new VirtualClock();
  const on = {
    clock,
    stats: new FakeStats(),
    isHidden: false,
    fails: false,
    looks: 0,
    changes: 0,
    seen: 0,
    /** There is a path; the first look is taken. */
    async connect() {
      watcher.setConnected(true);
      await clock.run(2_000);
      await clock.run(0);
    },
    /** Two seconds with sound, and a look. */
    async pass(lostPercent = 0, looks = 1) {
      for (let i = 0; i < looks; i++) {
        on.stats.flow(2, lostPercent);
        await clock.run(2_000);
      }
      await clock.run(0);
    },
  };
  const watcher = new QualityWatcher({
    clock,
    getStats() {
      on.looks++;
      if (on.fails) return Promise.reject(new Error("closed"));
      return Promise.resolve(on.stats.report());
    },
    isHidden: () => on.isHidden,
    onChange: () => on.changes++,
    onLook: () => on.seen++,
  });
  return Object.assign(on, { watcher });
}

Deno.test("QualityWatcher tells within 4 s of the path, once per look, and then only what is new", async () => {
  const on = rig();
  await on.connect();
  await on.pass();
  const { quality } = on.watcher;
  assertEquals(quality, {
    score: 92,
    path: "direct",
    roundTripMs: 40,
    jitterMs: 4,
    lossPercent: 0,
    concealedPercent: 0,
    sendKbps: 40,
    receiveKbps: 40,
  });
  await on.pass(0, 10);
  assert(on.watcher.quality === quality, "another object for the same");
  assertEquals([on.looks, on.changes, on.seen], [12, 1, 11]);
});

Deno.test("QualityWatcher: loss shows, and is forgotten after three looks", async () => {
  const on = rig();
  await on.connect();
  await on.pass(0, 4);
  await on.pass(30);
  assertEquals(on.watcher.quality?.lossPercent, 10);
  const { score } = on.watcher.quality!;
  assert(score < 60, `${score}`);
  await on.pass(0, 3);
  assertEquals(on.watcher.quality?.lossPercent, 0);
});

Deno.test("QualityWatcher: a rebuilt connection begins anew", async () => {
  const on = rig();
  await on.connect();
  await on.pass(20, 5);
  on.stats = new FakeStats();
  await on.pass();
  await on.pass();
  assertEquals(on.watcher.quality?.lossPercent, 0);
});

Deno.test("QualityWatcher: without a path there is no quality, and no look", async () => {
  const on = rig();
  await on.connect();
  await on.pass(0, 3);
  on.watcher.setConnected(false);
  assertEquals(on.watcher.quality, null);
  const { looks, changes } = on;
  await on.pass(0, 5);
  assertEquals([on.looks, on.changes], [looks, changes]);
  assertEquals(on.clock.waiting, 0);
  await on.connect();
  await on.pass();
  assertEquals(on.watcher.quality?.score, 92);
});

Deno.test("QualityWatcher looks every 10 s while the page is hidden", async () => {
  const on = rig();
  await on.connect();
  await on.pass(0, 5);
  on.isHidden = true;
  await on.pass();
  const { looks } = on;
  await on.pass(0, 30);
  assertEquals(on.looks - looks, 6);
});

Deno.test("QualityWatcher survives a look that fails, and a look that ends after it was closed", async () => {
  const on = rig();
  await on.connect();
  await on.pass();
  on.fails = true;
  await on.pass(0, 3);
  on.fails = false;
  await on.pass();
  assertEquals(on.watcher.quality?.score, 92);
  const { changes } = on;
  on.clock.runNow(2_000);
  on.watcher.close();
  await on.clock.run(10_000);
  assertEquals([on.changes, on.clock.waiting], [changes, 0]);
});

import { assert, assertEquals } from "@std/assert";
import { seededRandom } from "../../fakes/random.ts";
import { Database } from "./database.ts";
import { openFakeKv } from "./fake_kv.ts";
import { KvLine, NO_LINE_FAULTS } from "./line.ts";
import { BEGINNING } from "../machine_clock.ts";
import { Timeline } from "../timeline.ts";

/** What happens to a database, and what comes of it: the same whether it is the real one or the stand-in. */
type Case = (kv: Deno.Kv) => Promise<unknown>;

/** Versions are the database's own: only their order and sameness can be compared. */
function withoutVersions(value: unknown): unknown {
  const known: string[] = [];
  return JSON.parse(
    JSON.stringify(value, (name, inner) => {
      if (name !== "versionstamp" || inner === null) return inner;
      if (!known.includes(inner)) known.push(inner);
      return known.indexOf(inner);
    }) ?? "null",
  );
}

const failure = (task: () => unknown) =>
  Promise.resolve().then(task).then(
    (value) => ({ value }),
    (error) => ({ name: error.name, message: error.message }),
  );

const KEYS: Deno.KvKey[] = [
  ["a"],
  ["a", "b"],
  ["a", "b", 1],
  ["a", "b", 2],
  ["a", "b", 10],
  ["a", "b", -3],
  ["a", "b", 0.5],
  ["a", "b", true],
  ["a", "b", false],
  ["a", "b", "1"],
  ["a", "b", new Uint8Array([1, 2])],
  ["a", "b\0"],
  ["a", "bc"],
  ["ab"],
  ["b"],
];

const CASES: Record<string, Case> = {
  "what was written is read, with its version": async (kv) => {
    const first = await kv.set(["a", 1], {
      text: "ü",
      bytes: [1, null],
      nested: { on: true },
    });
    const second = await kv.atomic().set(["a", 1], "other").set(["a", 2], 7)
      .commit();
    return [
      first,
      second,
      await kv.get(["a", 1]),
      await kv.get(["a", 2]),
      await kv.get(["a", 3]),
      await kv.getMany([["a", 2], ["b"], ["a", 1]]),
    ];
  },
  "a reader's copy is its own": async (kv) => {
    const value = { list: [1] };
    await kv.set(["a"], value);
    value.list.push(2);
    const read = await kv.get<{ list: number[] }>(["a"]);
    read.value!.list.push(3);
    return await kv.get(["a"]);
  },
  "a commit is whole, and only if every check holds": async (kv) => {
    const { versionstamp } = await kv.set(["a"], 1);
    const absent = { key: ["b"], versionstamp: null };
    const same = { key: ["a"], versionstamp };
    return [
      await kv.atomic().check(same, absent).set(["b"], 2).delete(["a"])
        .commit(),
      await kv.atomic().check(same).set(["c"], 3).commit(),
      await kv.atomic().check(absent).set(["c"], 3).commit(),
      await kv.atomic().commit(),
      await Array.fromAsync(kv.list({ prefix: [] })),
    ];
  },
  "lists go by the order of the keys": async (kv) => {
    for (const key of KEYS) await kv.set(key, key.length);
    const keys = async (
      selector: Deno.KvListSelector,
      options?: Deno.KvListOptions,
    ) =>
      (await Array.fromAsync(kv.list(selector, options))).map(({ key }) => key);
    return [
      await keys({ prefix: [] }),
      await keys({ prefix: ["a"] }, { batchSize: 2 }),
      await keys({ prefix: ["a", "b"] }, { limit: 3 }),
      await keys({ prefix: ["a", "b"] }, { reverse: true, batchSize: 3 }),
      await keys({ prefix: ["a", "b"], start: ["a", "b", 2] }),
      await keys({ prefix: ["a", "b"], end: ["a", "b", 2] }),
      await keys({ start: ["a", "b", 1], end: ["b"] }, { batchSize: 1 }),
      await keys({ prefix: ["nothing"] }),
    ];
  },
  "what is too large or of the wrong kind is refused": async (kv) => {
    const many = (
      count: number,
      add: (atomic: Deno.AtomicOperation, at: number) => unknown,
    ) => {
      const atomic = kv.atomic();
      for (let at = 0; at < count; at++) add(atomic, at);
      return atomic.commit();
    };
    return [
      await failure(() => kv.set(["fits"], "x".repeat(65_530))),
      await failure(() => kv.set(["large"], "x".repeat(65_531))),
      await failure(() => kv.set(["fits"], new Uint8Array(65_536))),
      await failure(() => kv.set(["large"], new Uint8Array(65_537))),
      await failure(() => kv.set(["x".repeat(2_046)], 1)),
      await failure(() => kv.set(["x".repeat(2_047)], 1)),
      await failure(() => kv.set([], 1)),
      await failure(() => kv.set(["expiry"], 1, { expireIn: -1 })),
      await failure(() => kv.set(["expiry"], 1, { expireIn: 1.5 })),
      await failure(() => kv.getMany(KEYS.slice(0, 11))),
      await failure(() => kv.watch(KEYS.slice(0, 11))),
      await failure(() =>
        many(
          101,
          (atomic, at) => atomic.check({ key: ["x", at], versionstamp: null }),
        )
      ),
      await failure(() =>
        many(1_001, (atomic, at) => atomic.set(["x", at], 1))
      ),
      await failure(() =>
        many(14, (atomic, at) => atomic.set(["x", at], "x".repeat(60_000)))
      ),
    ];
  },
  "a watch tells the state at first and the latest after that": async (kv) => {
    const reader = kv.watch([["bell"], ["other"]]).getReader();
    const told = [await reader.read()];
    await kv.set(["elsewhere"], 0);
    for (const at of [1, 2, 3]) await kv.set(["bell"], at);
    do told.push(await reader.read()); while (
      told.at(-1)!.value![0].value !== 3
    );
    await kv.delete(["bell"]);
    told.push(await reader.read());
    await reader.cancel();
    return [told[0], told.at(-2), told.at(-1)];
  },
  "what is closed says so": async (kv) => {
    kv.close();
    return [
      await failure(() => kv.get(["a"])),
      await failure(() => kv.watch([["a"]])),
      await failure(() => kv.close()),
    ];
  },
};

function fake(random = seededRandom(1)) {
  const timeline = new Timeline();
  const database = new Database();
  const line = new KvLine(timeline, random);
  const now = () => BEGINNING + timeline.now;
  return { timeline, database, line, kv: openFakeKv(database, line, now) };
}

for (const [name, run] of Object.entries(CASES)) {
  Deno.test(`fake kv, as the real one: ${name}`, async () => {
    const real = await Deno.openKv(":memory:");
    const expected = await run(real);
    try {
      real.close();
    } catch {
      // The case has closed it.
    }
    const { timeline, kv } = fake();
    assertEquals(
      withoutVersions(await timeline.settled(run(kv))),
      withoutVersions(expected),
    );
  });
}

Deno.test("fake kv: an answer that is lost: the write is tried again, and fails against itself", async () => {
  const { timeline, database, line, kv } = fake();
  line.faults = { ...NO_LINE_FAULTS, lostReplies: 1 };
  timeline.after(100, () => line.faults = NO_LINE_FAULTS);
  const absent = { key: ["a"], versionstamp: null };
  const committed = kv.atomic().check(absent).set(["a"], 1).commit();
  assertEquals((await timeline.settled(committed)).ok, false);
  assertEquals(database.get(["a"])?.value, 1);
});

Deno.test("fake kv: while the database is down operations wait, and are done when it is back", async () => {
  const { timeline, database, line, kv } = fake();
  line.goDown();
  timeline.after(30_000, () => line.recover());
  const written = kv.set(["a"], 1);
  await timeline.run(29_000);
  assertEquals(database.size, 0);
  assertEquals((await timeline.settled(written)).ok, true);
  assert(timeline.now < 30_300, `${timeline.now}`);
});

Deno.test("fake kv: expiry counts by the writer's calendar, and is late", async () => {
  const { timeline, database, line } = fake();
  const slow = openFakeKv(database, line, () => BEGINNING - 600_000);
  await timeline.settled(slow.set(["early"], 1, { expireIn: 500_000 }));
  await timeline.settled(slow.set(["late"], 1, { expireIn: 700_000 }));
  assertEquals(database.size, 2);
  database.sweep(BEGINNING);
  assertEquals(database.all().map(({ key }) => key), [["late"]]);
});

Deno.test("fake kv: a watch that is cut comes back later each time; a silent one never; a failed one says so", async () => {
  const { timeline, line, kv } = fake();
  let heard = 0;
  const reader = kv.watch([["bell"]]).getReader();
  const failed = (async () => {
    for (;;) {
      await reader.read();
      heard = timeline.now;
    }
  })().then(() => false, () => true);
  const waits: number[] = [];
  for (let at = 0; at < 13; at++) {
    await timeline.run(20_000);
    line.cutWatches();
    const cutAt = timeline.now;
    await timeline.settled(kv.set(["bell"], at));
    await timeline.run(20_000);
    waits.push(heard - cutAt);
  }
  assert(waits[0] < 400 && waits[12] > 10_000, waits.join());
  for (const watch of line.watches) watch.silence();
  const silentAt = timeline.now;
  await timeline.settled(kv.set(["bell"], "unheard"));
  await timeline.run(60_000);
  assert(heard < silentAt);
  for (const watch of [...line.watches]) watch.fail();
  assertEquals(await timeline.settled(failed), true);
});

import { assertEquals, assertRejects } from "@std/assert";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import { Store } from "@/lib/server/store.ts";
import { VirtualClock } from "../fakes/clock.ts";

/** A database whose commits and reads can be made to misbehave as a remote one does. */
async function faulty(
  faults: {
    commit?: (
      commit: () => Promise<Deno.KvCommitResult | Deno.KvCommitError>,
    ) => Promise<unknown>;
  },
) {
  const kv = await Deno.openKv(":memory:");
  const atomic = () => {
    const real = kv.atomic();
    const commit = real.commit.bind(real);
    if (faults.commit) {
      real.commit = () => faults.commit!(commit) as ReturnType<typeof commit>;
    }
    return real;
  };
  return {
    kv,
    store: new Store(() =>
      Promise.resolve(
        new Proxy(kv, {
          get: (target, name) => {
            if (name === "atomic") return atomic;
            const value = Reflect.get(target, name);
            return typeof value === "function" ? value.bind(target) : value;
          },
        }),
      )
    ),
  };
}

Deno.test("Store.commit: a commit whose reply was lost and that was repeated counts as ours", async () => {
  const { store } = await faulty({
    commit: async (commit) => {
      await commit();
      return { ok: false };
    },
  });
  const versionstamp = await store.commit({
    checks: [{ key: ["a"], versionstamp: null }],
    set: [{ key: ["a"], value: { n: 1 } }],
  });
  assertEquals(versionstamp, (await store.get(["a"]))?.versionstamp);
  await store.close();
});

Deno.test("Store.commit: a check that somebody else's write made fail is told", async () => {
  const { store } = await faulty({});
  await store.commit({ set: [{ key: ["a"], value: { n: 1 } }] });
  assertEquals(
    await store.commit({
      checks: [{ key: ["a"], versionstamp: null }],
      set: [{ key: ["a"], value: { n: 2 } }],
    }),
    null,
  );
  assertEquals((await store.get<{ n: number }>(["a"]))?.value.n, 1);
  await store.close();
});

Deno.test("Store gives records back as they were written, without its nonces", async () => {
  const { store } = await faulty({});
  const versionstamp = await store.commit({
    checks: [{ key: ["a", 1], versionstamp: null }],
    set: [{ key: ["a", 1], value: { n: 1 } }],
  });
  const entry = { key: ["a", 1], value: { n: 1 }, versionstamp };
  assertEquals<unknown>(await store.get(["a", 1]), entry);
  assertEquals<unknown>(await store.list({ prefix: ["a"] }), [entry]);
  await store.close();
});

Deno.test("Store: a database that does not answer is unavailable after 2 s", async () => {
  const clock = new VirtualClock();
  const store = new Store(() => new Promise(() => {}), clock);
  const reads = [
    store.get(["a"]),
    store.list({ prefix: ["a"] }),
    store.commit({}),
  ];
  const refused = Promise.all(
    reads.map((read) => assertRejects(() => read, ProtocolError, "store")),
  );
  await clock.advance(1_999);
  assertEquals(clock.waiting, 3);
  await clock.advance(1);
  await refused;
  assertEquals(clock.waiting, 0);
});

Deno.test("Store: a database that cannot be opened is tried again at the next use", async () => {
  let tries = 0;
  const store = new Store(() =>
    ++tries < 3
      ? Promise.reject(new Error("no such file"))
      : Deno.openKv(":memory:")
  );
  for (let n = 0; n < 2; n++) {
    const error = await assertRejects(() => store.get(["a"]), ProtocolError);
    assertEquals(error.code, "unavailable");
  }
  assertEquals(await store.get(["a"]), null);
  await store.close();
});

Deno.test("Store: what is too large is a defect of ours, and not the database's", async () => {
  const store = new Store(() => Deno.openKv(":memory:"));
  await assertRejects(
    () =>
      store.commit({
        set: [{ key: ["a"], value: { text: "x".repeat(70_000) } }],
      }),
    TypeError,
  );
  await store.close();
});

/** A database that never answers, and what becomes of it. */
function hanging() {
  const clock = new VirtualClock();
  const state = { opened: 0, closed: 0, answer: [] as (() => void)[] };
  const commit = () =>
    new Promise((resolve) =>
      state.answer.push(() => resolve({ ok: true, versionstamp: "01" }))
    );
  const open = () => {
    state.opened++;
    const atomic = { set: () => atomic, commit };
    const close = () => void state.closed++;
    return Promise.resolve({ atomic: () => atomic, close } as never as Deno.Kv);
  };
  const write = (store: Store) =>
    store.commit({ set: [{ key: ["a"], value: {} }] }).then(
      () => "written",
      (error) => error.code,
    );
  return { clock, state, open, write };
}

Deno.test("Store: while many operations are overdue new ones fail at once, but for one in a while", async () => {
  const { clock, state, open, write } = hanging();
  const store = new Store(open, clock);
  const first = Array.from({ length: 64 }, () => write(store));
  await clock.run(2_000);
  assertEquals(new Set(await Promise.all(first)), new Set(["unavailable"]));
  const trial = write(store);
  assertEquals(await write(store), "unavailable");
  await clock.run(0);
  assertEquals(state.answer.length, 65);
  state.answer.forEach((answer) => answer());
  assertEquals(await trial, "written");
});

Deno.test("Store: a change that was given up is told of, and again when it has happened after all", async () => {
  const { clock, state, open, write } = hanging();
  const store = new Store(open, clock);
  let told = 0;
  store.onOverdue = () => told++;
  const written = write(store);
  await clock.run(1_999);
  assertEquals(told, 0);
  await clock.run(1);
  assertEquals([await written, told], ["unavailable", 1]);
  state.answer[0]();
  await clock.run(0);
  assertEquals(told, 2);
});

Deno.test("Store: a connection elsewhere that does not answer is given up after 5 s, one here never", async () => {
  for (const [remote, handles] of [[true, [2, 1]], [false, [1, 0]]] as const) {
    const { clock, state, open, write } = hanging();
    const store = new Store(open, clock, { remote });
    for (let n = 0; n < 4; n++) {
      const written = write(store);
      await clock.run(2_000);
      await written;
    }
    assertEquals([state.opened, state.closed], [...handles]);
  }
});

Deno.test("Store: a file that another isolate is writing to is tried again, and nothing is written twice", async () => {
  const folder = await Deno.makeTempDir();
  const stores = [0, 1, 2].map(() =>
    new Store(() => Deno.openKv(`${folder}/shared.kv`))
  );
  try {
    const commits = stores.flatMap((store, each) =>
      Array.from({ length: 60 }, (_, n) =>
        store.commit({
          checks: [{ key: [each, n], versionstamp: null }],
          set: [{ key: [each, n], value: { n } }],
        }))
    );
    const versions = await Promise.all(commits);
    assertEquals(versions.filter((version) => version === null), []);
    assertEquals((await stores[0].list({ prefix: [] })).length, 180);
  } finally {
    for (const store of stores) await store.close();
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("Store: a file that another isolate is just making is opened again for 2 s, and at the next use", async () => {
  const clock = new VirtualClock();
  let tries = 0;
  let lockedTries = 2;
  const store = new Store(() => {
    // What Deno.openKv throws while another connection makes the file's tables.
    const isLocked = tries++ < lockedTries;
    return isLocked
      ? Promise.reject(new Error("database is locked"))
      : Deno.openKv(":memory:");
  }, clock);
  const read = store.get(["a"]);
  await clock.advance(10);
  assertEquals([await read, tries], [null, 3]);
  await store.close();

  lockedTries = Infinity;
  const refused = assertRejects(() => store.get(["a"]), ProtocolError, "store");
  await clock.run(2_000);
  await refused;
  lockedTries = 0;
  assertEquals(await store.get(["a"]), null);
  await store.close();
  assertEquals(clock.waiting, 0);
});

Deno.test("Store: a database that cannot be opened is unavailable, whatever the error, and opened again later", async () => {
  const kv = await Deno.openKv(":memory:");
  let isThere = false;
  const open = () =>
    isThere
      ? Promise.resolve(kv)
      : Promise.reject(new TypeError("error sending request"));
  const store = new Store(open);
  const error = await assertRejects(() => store.get(["key"]), ProtocolError);
  assertEquals(error.code, "unavailable");
  isThere = true;
  assertEquals(await store.get(["key"]), null);
  await store.close();
});

Deno.test("Store: a connection elsewhere that does not open in time is given up at once", async () => {
  const { clock, state, open, write } = hanging();
  const openings: (() => void)[] = [];
  const store = new Store(
    () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      openings.push(resolve);
      return promise.then(open);
    },
    clock,
    { remote: true },
  );
  const first = write(store);
  await clock.run(2_000);
  assertEquals(await first, "unavailable");
  const second = write(store);
  openings[1]();
  await clock.run(0);
  state.answer[0]();
  assertEquals(await second, "written");
  openings[0]();
  await clock.run(0);
  assertEquals([state.opened, state.closed], [2, 1]);
});

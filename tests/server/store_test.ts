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

Deno.test("Store: a database that does not answer is unavailable after 2 s", async () => {
  const clock = new VirtualClock();
  const store = new Store(() => new Promise(() => {}), clock);
  const reads = [
    store.get(["a"]),
    store.list(["a"]),
    store.commit({}),
    store.probe("i"),
  ];
  const refused = Promise.all(
    reads.map((read) => assertRejects(() => read, ProtocolError, "store")),
  );
  await clock.advance(1_999);
  assertEquals(clock.waiting, 4);
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

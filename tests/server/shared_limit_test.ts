import { assert, assertEquals, assertRejects } from "@std/assert";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import { Secret } from "@/lib/server/secret.ts";
import { SharedLimit } from "@/lib/server/shared_limit.ts";
import { Store } from "@/lib/server/store.ts";
import { turns, VirtualClock } from "../fakes/clock.ts";

const SECRET = new Secret("xJ2vQ9mT4kLw8RzB6nYc1HfD3gPs5aUe");
const ANN = "198.51.100.1";
/** The first moment of a minute. */
const START = 1_800_000_000_000;

/** Instances that share one database, and what they wrote to it. */
async function withInstances(
  test: (use: {
    make: (perMinute: number, name?: string) => SharedLimit;
    clock: VirtualClock;
    kv: Deno.Kv;
    state: { commits: number; works: boolean };
  }) => Promise<void>,
): Promise<void> {
  const kv = await Deno.openKv(":memory:");
  const clock = new VirtualClock(START);
  const state = { commits: 0, works: true };
  const watched = new Proxy(kv, {
    get(target, name) {
      if (!state.works) throw new Error("database down");
      if (name === "atomic") state.commits++;
      const value = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const make = (perMinute: number, name = "test") =>
    new SharedLimit({
      name,
      perMinute,
      store: new Store(() => Promise.resolve(watched)),
      clock,
      secret: SECRET,
    });
  try {
    await test({ make, clock, kv, state });
  } finally {
    kv.close();
  }
}

/** How often something may be done before it is refused. */
async function countTo(limit: SharedLimit, address = ANN): Promise<number> {
  for (let done = 0;; done++) {
    try {
      await limit.take(address);
    } catch (error) {
      assert(error instanceof ProtocolError);
      assertEquals(error.code, "rate-limited");
      return done;
    }
  }
}

Deno.test("SharedLimit: one instance lets exactly the limit through, whatever it is", () =>
  withInstances(async ({ make }) => {
    for (const perMinute of [1, 2, 3, 4, 5, 10, 20, 60, 601]) {
      assertEquals(
        await countTo(make(perMinute, `limit-${perMinute}`)),
        perMinute,
      );
    }
  }));

Deno.test("SharedLimit: the first quarter costs no write, the whole minute three", () =>
  withInstances(async ({ make, state }) => {
    const limit = make(60);
    for (let n = 0; n < 15; n++) await limit.take(ANN);
    assertEquals(state.commits, 0);
    assertEquals(await countTo(limit), 45);
    await countTo(limit);
    assertEquals(state.commits, 3);
  }));

Deno.test("SharedLimit: n instances let the limit and n - 1 quarters through together", () =>
  withInstances(async ({ make }) => {
    for (const n of [2, 3, 5]) {
      const instances = Array.from({ length: n }, () => make(60, `over-${n}`));
      let done = 0;
      let refused = 0;
      for (let at = 0; refused < 10 * n; at++) {
        await instances[at % n].take(ANN).then(() => done++, () => refused++);
      }
      assertEquals(done, 60 + 15 * (n - 1));
    }
  }));

Deno.test("SharedLimit: as many at once are worth no more, on one instance or two", () =>
  withInstances(async ({ make }) => {
    const [one, two] = [make(20), make(20)];
    const results = await Promise.allSettled(
      Array.from({ length: 200 }, (_, n) => [one, two][n % 2].take(ANN)),
    );
    const done = results.filter(({ status }) => status === "fulfilled");
    assertEquals(done.length, 25);
  }));

Deno.test("SharedLimit: addresses and limits count for themselves, and the next minute begins anew", () =>
  withInstances(async ({ make, clock }) => {
    const limit = make(10);
    assertEquals(await countTo(limit), 10);
    assertEquals(await countTo(limit, "198.51.100.2"), 10);
    assertEquals(await countTo(make(10, "another")), 10);
    await clock.advance(20_000);
    const error = await assertRejects(() => limit.take(ANN), ProtocolError);
    assertEquals(error.retryAfter, 40_000);
    await clock.advance(40_000);
    assertEquals(await countTo(limit), 10);
  }));

/** An attempt that ends when it is told to, with or without the failure that counts. */
function attempts(limit: SharedLimit) {
  const ends: ((fails: boolean) => void)[] = [];
  const results: string[] = [];
  const begin = () => {
    const attempt = limit.attempt(ANN, async () => {
      const { promise, resolve } = Promise.withResolvers<boolean>();
      ends.push(resolve);
      if (await promise) throw new Error("counts");
    }, (error) => error instanceof Error && error.message === "counts");
    attempt.then(
      () => results.push("done"),
      (error) => results.push(error.code ?? "failed"),
    );
  };
  return { begin, ends, results };
}

Deno.test("SharedLimit: of attempts only those count that fail so", () =>
  withInstances(async ({ make, state }) => {
    const limit = make(12);
    for (let n = 0; n < 20; n++) {
      await limit.attempt(ANN, () => Promise.resolve(), () => true);
      const fails = () => Promise.reject(new Error("no matter"));
      await assertRejects(() => limit.attempt(ANN, fails, () => false));
    }
    assertEquals(state.commits, 0);
    for (let n = 0; n < 12; n++) {
      const fails = () => Promise.reject(new Error("counts"));
      await assertRejects(() => limit.attempt(ANN, fails, () => true));
    }
    await assertRejects(() => limit.take(ANN), ProtocolError);
  }));

Deno.test("SharedLimit: attempts wait for others that hold what is left, cost no write, and are refused only if those fail", () =>
  withInstances(async ({ make, state }) => {
    const { begin, ends, results } = attempts(make(4));
    for (let n = 0; n < 6; n++) begin();
    await turns(2);
    assertEquals(ends.length, 1);
    for (let n = 0; n < 2; n++) {
      ends[n](false);
      await turns(2);
    }
    assertEquals([ends.length, results, state.commits], [
      3,
      ["done", "done"],
      0,
    ]);
    for (let n = 2; n < ends.length; n++) {
      ends[n](true);
      await turns(5);
    }
    assertEquals(results.slice(2), ["failed", "failed", "failed", "failed"]);
    begin();
    await turns(5);
    assertEquals(results.at(-1), "rate-limited");
  }));

Deno.test("SharedLimit: without the store nothing but the own quarter is let through, and the rest again once it is back", () =>
  withInstances(async ({ make, state }) => {
    const limit = make(20);
    state.works = false;
    assertEquals(await countTo(limit), 5);
    const error = await assertRejects(() => limit.take(ANN), ProtocolError);
    assertEquals(error.retryAfter, 2_000);
    state.works = true;
    assertEquals(await countTo(limit), 15);
  }));

Deno.test("SharedLimit: the store holds no address", () =>
  withInstances(async ({ make, kv }) => {
    await countTo(make(20));
    const keys = await Array.fromAsync(
      kv.list({ prefix: [] }),
      ({ key }) => JSON.stringify(key),
    );
    assertEquals(keys.length, 1);
    assert(!keys[0].includes(ANN));
    const digest = new Uint8Array(
      await crypto.subtle.digest("SHA-256", new TextEncoder().encode(ANN)),
    );
    const plain = digest.toBase64({ alphabet: "base64url" });
    assert(!keys[0].includes(plain.slice(0, 8)));
  }));

Deno.test("SharedLimit remembers a bounded number of addresses", () =>
  withInstances(async ({ make }) => {
    const limit = make(1);
    for (let n = 0; n < 30_000; n++) await limit.take(`address ${n}`);
    assertEquals(limit.size, 10_000);
  }));

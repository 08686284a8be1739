import { assert, assertEquals, assertRejects } from "@std/assert";
import { secret } from "./cluster.ts";
import { clusterTest } from "./cluster_test_case.ts";
import { DenoKv } from "./denokv.ts";
import { type Fault, KvProxy } from "./kv_proxy.ts";

/** A database behind a proxy, and Deno's own client of it. */
async function proxied(random?: () => number) {
  await using parts = new AsyncDisposableStack();
  const accessToken = secret();
  const database = parts.use(await DenoKv.start(accessToken));
  const proxy = parts.use(new KvProxy(database.url, random));
  Deno.env.set("DENO_KV_ACCESS_TOKEN", accessToken);
  const kv = parts.use(await Deno.openKv(proxy.url));
  Deno.env.delete("DENO_KV_ACCESS_TOKEN");
  const all = parts.move();
  return { kv, proxy, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

const KEY = ["key"];

for (
  const fault of [
    "unavailable",
    "refused",
    "hung",
    "hung-then-answered",
  ] satisfies Fault[]
) {
  clusterTest(`KvProxy: ${fault}, and over again`, async () => {
    await using own = await proxied();
    await own.kv.set(KEY, "before");
    await own.proxy.setFault(fault);
    let isSet = false;
    const setting = own.kv.set(KEY, "after").then(() => isSet = true);
    await new Promise((resolve) => setTimeout(resolve, 300));
    assertEquals(isSet, false);
    await own.proxy.setFault(null);
    await setting;
    assertEquals((await own.kv.get(KEY)).value, "after");
  });
}

clusterTest(
  "KvProxy: a quota that is used up is an error at once",
  async () => {
    await using own = await proxied();
    await own.kv.get(KEY);
    await own.proxy.setFault("quota");
    await assertRejects(() => own.kv.get(KEY), Error, "429");
  },
);

clusterTest(
  "KvProxy: a lost reply is one of a write that was done",
  async () => {
    const chance = [0, 1];
    await using own = await proxied(() => chance.shift() ?? 1);
    own.proxy.lostReplies = 0.5;
    await own.kv.atomic().sum(KEY, 1n).commit();
    // Deno's client has repeated it by itself.
    assertEquals((await own.kv.get(KEY)).value, new Deno.KvU64(2n));
    assertEquals(own.proxy.lost, 1);
    await own.proxy.setFault("replies-lost");
    chance.unshift(0.009, 0.01);
    await own.kv.atomic().sum(KEY, 1n).commit();
    assertEquals((await own.kv.get(KEY)).value, new Deno.KvU64(4n));
    assertEquals(own.proxy.lost, 2);
  },
);

clusterTest(
  "KvProxy: a silent watch says nothing, and again when it is made anew",
  async () => {
    await using own = await proxied();
    const heard = (async function* () {
      for await (const [entry] of own.kv.watch([KEY])) yield entry.value;
    })();
    assertEquals((await heard.next()).value, null);
    await own.kv.set(KEY, 1);
    assertEquals((await heard.next()).value, 1);
    await own.proxy.setFault("watch-silent");
    await own.kv.set(KEY, 2);
    let isHeard = false;
    const next = heard.next().then((result) => {
      isHeard = true;
      return result;
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert(!isHeard);
    // A cut makes Deno's client open it again.
    await own.proxy.setFault(null);
    await own.proxy.setFault("watch-cut");
    await own.proxy.setFault(null);
    assertEquals((await next).value, 2);
    await heard.return(undefined);
  },
);

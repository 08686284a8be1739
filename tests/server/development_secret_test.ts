import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { developmentSecret } from "@/lib/server/development_secret.ts";
import { readSettings } from "@/lib/server/settings.ts";
import { Store } from "@/lib/server/store.ts";

Deno.test("developmentSecret() is made once per database, whoever asks first", async () => {
  const kvs = [await Deno.openKv(":memory:"), await Deno.openKv(":memory:")];
  const [one, other] = kvs.map((kv) => new Store(() => Promise.resolve(kv)));
  try {
    const secrets = await Promise.all(
      Array.from({ length: 8 }, () => developmentSecret(one)),
    );
    const texts = new Set(secrets.map((secret) => secret.reveal()));
    assertEquals(texts.size, 1);
    assertNotEquals((await developmentSecret(other)).reveal(), [...texts][0]);
    // As strong as one that production would take.
    assert(
      readSettings((name) => name === "JWT_SECRET" ? [...texts][0] : undefined),
    );
  } finally {
    for (const kv of kvs) kv.close();
  }
});

import { KEYS } from "./keys.ts";
import { Secret } from "./secret.ts";
import type { Store } from "./store.ts";

const SECRET_BYTES = 48;

/**
 * The signing secret of a development server: made once by chance and kept in its database, so that tokens outlive restarts and every
 * instance on that database has the same. Production never comes here: it is told its secret, or does not start.
 */
export async function developmentSecret(store: Store): Promise<Secret> {
  const key = KEYS.developmentSecret;
  const text = crypto.getRandomValues(new Uint8Array(SECRET_BYTES)).toBase64();
  const made = await store.commit({
    checks: [{ key, versionstamp: null }],
    set: [{ key, value: { text } }],
  });
  if (made !== null) return new Secret(text);
  const kept = await store.get<{ text: string }>(key);
  if (!kept) throw new Error("the development secret is gone");
  return new Secret(kept.value.text);
}

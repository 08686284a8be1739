import type { Secret } from "./secret.ts";

/**
 * A name for a key of the store that tells nothing of the text behind it: 96 bits of its HMAC-SHA-256. A plain hash would not do: there are
 * so few network addresses that all of their hashes can be had in an hour.
 */
export async function sealedName(
  secret: Secret,
  text: string,
): Promise<string> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey(
    "raw",
    secret.bytes(),
    algorithm,
    false,
    ["sign"],
  );
  const bytes = new TextEncoder().encode(text);
  const digest = await crypto.subtle.sign(algorithm.name, key, bytes);
  return new Uint8Array(digest, 0, 12)
    .toBase64({ alphabet: "base64url", omitPadding: true });
}

/** PINs as they are stored and compared. */
import * as v from "valibot";
import { sameBytes } from "./secret.ts";

/**
 * Rounds of PBKDF2: some 15 ms of one core. More would not save a PIN of 4 digits from whoever has the database (10,000 guesses), and would
 * let strangers keep our processors busy. What saves it is that few guesses are allowed: see `rate_limit.ts` and `pin_guesses.ts`.
 */
const ROUNDS = 100_000;
const SALT_BYTES = 16;
const HASH_BITS = 256;

/** A PIN's salted hash (PBKDF2-HMAC-SHA-256, RFC 8018), in base64, with the rounds it took. */
export const PinHash = v.object({
  salt: v.string(),
  hash: v.string(),
  rounds: v.number(),
});
export type PinHash = v.InferOutput<typeof PinHash>;

/** What to store for a PIN. */
export async function hashPin(pin: string): Promise<PinHash> {
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  const hash = await derive(pin, salt, ROUNDS);
  return { salt: salt.toBase64(), hash: hash.toBase64(), rounds: ROUNDS };
}

/** Whether this is the PIN that was stored. */
export async function isPin(pin: string, stored: PinHash): Promise<boolean> {
  const salt = Uint8Array.fromBase64(stored.salt);
  return sameBytes(
    await derive(pin, salt, stored.rounds),
    Uint8Array.fromBase64(stored.hash),
  );
}

async function derive(
  pin: string,
  salt: Uint8Array<ArrayBuffer>,
  iterations: number,
): Promise<Uint8Array> {
  const key = await crypto.subtle.importKey(
    "raw",
    new TextEncoder().encode(pin),
    "PBKDF2",
    false,
    ["deriveBits"],
  );
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
  return new Uint8Array(await crypto.subtle.deriveBits(how, key, HASH_BITS));
}

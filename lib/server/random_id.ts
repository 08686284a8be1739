const ALPHABET =
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Fills an array with chance; `crypto.getRandomValues` but in simulations. */
export type Random = (
  bytes: Uint8Array<ArrayBuffer>,
) => Uint8Array<ArrayBuffer>;

/** 16 characters of base64url: 96 bits of chance, so that no id can be guessed. */
export function randomId(
  random: Random = (bytes) => crypto.getRandomValues(bytes),
): string {
  return Array.from(random(new Uint8Array(16)), (byte) => ALPHABET[byte & 63])
    .join("");
}

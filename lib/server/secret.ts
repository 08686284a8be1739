const REDACTED = "[secret]";

/** A text that must never be shown: printing, logging or serialising it gives a placeholder. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself, for the one place that needs it. */
  reveal(): string {
    return this.#text;
  }

  /** Its UTF-8 bytes. */
  bytes(): Uint8Array<ArrayBuffer> {
    return new TextEncoder().encode(this.#text);
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [Symbol.for("Deno.customInspect")](): string {
    return REDACTED;
  }
}

/** Whether two texts are the same, in a time that tells nothing of where they differ: both are hashed first, so not their lengths either. */
export async function sameText(one: string, other: string): Promise<boolean> {
  const utf8 = new TextEncoder();
  const [a, b] = await Promise.all(
    [one, other].map((text) =>
      crypto.subtle.digest("SHA-256", utf8.encode(text))
    ),
  );
  return sameBytes(new Uint8Array(a), new Uint8Array(b));
}

/** Whether two digests of one length are the same, in constant time. */
export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  let difference = 0;
  for (let i = 0; i < one.length; i++) difference |= one[i] ^ other[i];
  return difference === 0;
}

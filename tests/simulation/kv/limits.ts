/** The sizes that Deno KV takes, and what it says of larger ones. */
import type { Check, Mutation } from "./database.ts";
import { keyBytes } from "./key.ts";

const MAX_CHECKS = 100;
const MAX_MUTATIONS = 1_000;
const MAX_KEY_BYTES = 2_048;
const MAX_VALUE_BYTES = 65_536;
const MAX_TOTAL_BYTES = 819_200;

/** @throws {TypeError} as `commit` does. */
export function checkLimits(
  checks: readonly Check[],
  mutations: readonly Mutation[],
): void {
  if (checks.length > MAX_CHECKS) {
    throw new TypeError(`Too many checks (max ${MAX_CHECKS})`);
  }
  if (mutations.length > MAX_MUTATIONS) {
    throw new TypeError(`Too many mutations (max ${MAX_MUTATIONS})`);
  }
  let total = 0;
  for (const mutation of mutations) {
    const inKey = keyBytes(mutation.key);
    if (inKey === 0) throw new TypeError("key cannot be empty");
    if (inKey > MAX_KEY_BYTES) {
      throw new TypeError(
        `Key too large for write (max ${MAX_KEY_BYTES} bytes)`,
      );
    }
    const inValue = mutation.type === "set" ? valueBytes(mutation.value) : 0;
    if (inValue > MAX_VALUE_BYTES) {
      throw new TypeError(`Value too large (max ${MAX_VALUE_BYTES} bytes)`);
    }
    total += inKey + inValue;
  }
  if (total > MAX_TOTAL_BYTES) {
    throw new TypeError(
      `Total mutation size too large (max ${MAX_TOTAL_BYTES} bytes)`,
    );
  }
}

/** Bytes of a value in the database. Bytes are kept as they are; all else in V8's form, whose header takes two. */
function valueBytes(value: unknown): number {
  return value instanceof Uint8Array ? value.length : 2 + inV8(value);
}

/** V8's serialization (value-serializer.cc): a tag, then the length where it varies, then what is in it. At most a few bytes too many. */
function inV8(value: unknown): number {
  switch (typeof value) {
    case "string": {
      const bytes = /^[\0-\xff]*$/.test(value)
        ? value.length
        : value.length * 2 + 1;
      return 1 + varint(bytes) + bytes;
    }
    case "number":
      return Number.isInteger(value) && Math.abs(value) < 2 ** 30
        ? 1 + varint(Math.abs(value) * 2)
        : 9;
    case "bigint":
      return 16;
    case "object":
      if (value === null) return 1;
      if (value instanceof Uint8Array) return value.length + 10;
      return containerBytes(value);
    default:
      return 1;
  }
}

function containerBytes(value: object): number {
  let bytes = 8;
  if (Array.isArray(value)) { for (const item of value) bytes += inV8(item); }
  else {for (const name in value) {
      bytes += inV8(name) + inV8((value as Record<string, unknown>)[name]);
    }}
  return bytes;
}

function varint(value: number): number {
  let bytes = 1;
  for (; value > 127; value /= 128) bytes++;
  return bytes;
}

/** Stand-in for `@std/assert`: deep equality. */

import { isDeepStrictEqual } from "node:util";

/**
 * Deep equality as upstream defines it: zeros of both signs are equal, and an
 * object without prototype equals a plain one with the same properties.
 */
export function equal(a: unknown, b: unknown): boolean {
  const seen = new Map<unknown, unknown>();
  const kind = (value: object) => Object.getPrototypeOf(value) ?? plain;
  const plain = Object.prototype;
  const keys = (value: object) =>
    Reflect.ownKeys(value).filter((key) => Object.hasOwn(value, key));
  const compare = (a: unknown, b: unknown): boolean => {
    if (a === b || Object.is(a, b)) return true;
    if (typeof a !== "object" || typeof b !== "object") return false;
    if (a === null || b === null || kind(a) !== kind(b)) return false;
    if (a instanceof URL) return String(a) === String(b);
    if (kind(a) !== plain && !Array.isArray(a)) return isDeepStrictEqual(a, b);
    if (seen.get(a) === b) return true;
    seen.set(a, b);
    const names = keys(a);
    return names.length === keys(b).length &&
      names.every((name) =>
        Object.hasOwn(b, name) && compare(
          (a as Record<PropertyKey, unknown>)[name],
          (b as Record<PropertyKey, unknown>)[name],
        )
      );
  };
  return compare(a, b);
}

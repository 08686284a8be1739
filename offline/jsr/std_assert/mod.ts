/** Stand-in for `@std/assert` where JSR cannot be reached: the assertions that
 * our tests use, over `node:assert` and `node:util`. Not for production.
 *
 * @module
 */

import { AssertionError as NodeAssertionError } from "node:assert";
import { inspect } from "node:util";
import { type AnyClass, AssertionError, check } from "./assertion_error.ts";
import { equal } from "./equal.ts";

export { AssertionError } from "./assertion_error.ts";
export { equal } from "./equal.ts";
export { assertIsError, assertRejects, assertThrows } from "./errors.ts";

function difference(actual: unknown, expected: unknown): string {
  return new NodeAssertionError({
    actual,
    expected,
    operator: "deepStrictEqual",
  }).message.split("\n").slice(1).join("\n");
}

/** Fails unless the value is truthy. */
export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) throw new AssertionError(msg);
}

/** Fails unless the value is falsy. */
export function assertFalse(
  expr: unknown,
  msg = "",
): asserts expr is false | 0 | "" | null | undefined {
  if (expr) throw new AssertionError(msg);
}

/** Fails unless both are deeply equal (see `equal`). */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  if (equal(actual, expected)) return;
  const title = `Values are not equal${msg ? `: ${msg}` : "."}`;
  throw new AssertionError(`${title}\n${difference(actual, expected)}`);
}

/** Fails when both are deeply equal (see `equal`). */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  check(
    !equal(actual, expected),
    `Expected actual: ${inspect(actual)} not to be: ${inspect(expected)}`,
    msg,
  );
}

/** Fails unless both are the same value (`Object.is`). */
export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  msg?: string,
): asserts actual is T {
  if (Object.is(actual, expected)) return;
  const title = `Values are not strictly equal${msg ? `: ${msg}` : "."}`;
  throw new AssertionError(`${title}\n${difference(actual, expected)}`);
}

/** Fails when both are the same value (`Object.is`). */
export function assertNotStrictEquals<T>(
  actual: T,
  expected: T,
  msg?: string,
): void {
  check(
    !Object.is(actual, expected),
    `Expected "actual" to not be strictly equal to: ${inspect(actual)}`,
    msg,
  );
}

/** Fails when the value is null or undefined. */
export function assertExists<T>(
  actual: T,
  msg?: string,
): asserts actual is NonNullable<T> {
  check(
    actual !== undefined && actual !== null,
    `Expected actual: "${actual}" to not be null or undefined`,
    msg,
  );
}

/** Fails unless the numbers differ by no more than the tolerance. */
export function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance = isFinite(expected) ? Math.abs(expected * 1e-7) : 1e-7,
  msg?: string,
): void {
  check(
    Object.is(actual, expected) || Math.abs(expected - actual) <= tolerance,
    `Expected actual: "${actual}" to be close to "${expected}" (tolerance ${tolerance})`,
    msg,
  );
}

/** Fails unless `actual > expected`. */
export function assertGreater<T>(actual: T, expected: T, msg?: string): void {
  if (actual > expected) return;
  throw new AssertionError(msg ?? `Expect ${actual} > ${expected}`);
}

/** Fails unless `actual >= expected`. */
export function assertGreaterOrEqual<T>(
  actual: T,
  expected: T,
  msg?: string,
): void {
  if (actual >= expected) return;
  throw new AssertionError(msg ?? `Expect ${actual} >= ${expected}`);
}

/** Fails unless `actual < expected`. */
export function assertLess<T>(actual: T, expected: T, msg?: string): void {
  if (actual < expected) return;
  throw new AssertionError(msg ?? `Expect ${actual} < ${expected}`);
}

/** Fails unless `actual <= expected`. */
export function assertLessOrEqual<T>(
  actual: T,
  expected: T,
  msg?: string,
): void {
  if (actual <= expected) return;
  throw new AssertionError(msg ?? `Expect ${actual} <= ${expected}`);
}

/** Fails unless the text matches. */
export function assertMatch(
  actual: string,
  expected: RegExp,
  msg?: string,
): void {
  check(
    expected.test(actual),
    `Expected actual: "${actual}" to match: "${expected}"`,
    msg,
  );
}

/** Fails when the text matches. */
export function assertNotMatch(
  actual: string,
  expected: RegExp,
  msg?: string,
): void {
  check(
    !expected.test(actual),
    `Expected actual: "${actual}" to not match: "${expected}"`,
    msg,
  );
}

/** Fails unless the text holds the other. */
export function assertStringIncludes(
  actual: string,
  expected: string,
  msg?: string,
): void {
  check(
    actual.includes(expected),
    `Expected actual: "${actual}" to contain: "${expected}"`,
    msg,
  );
}

/** Fails unless the list holds every item of the other (deeply equal). */
export function assertArrayIncludes<T>(
  actual: ArrayLike<T> & object,
  expected: ArrayLike<T> & object,
  msg?: string,
): void {
  const items = Array.from(actual);
  const missing = Array.from(expected)
    .filter((wanted) => !items.some((item) => equal(item, wanted)));
  check(
    missing.length === 0,
    `Expected actual: "${inspect(actual)}" to include: "${
      inspect(expected)
    }"\nmissing: ${inspect(missing)}`,
    msg,
  );
}

/** Fails unless the value is an instance of the class. */
export function assertInstanceOf<T extends AnyClass>(
  actual: unknown,
  expectedType: T,
  msg?: string,
): asserts actual is InstanceType<T> {
  check(
    actual instanceof expectedType,
    `Expected object to be an instance of "${expectedType.name}" but was "${
      (actual as object | null)?.constructor?.name ?? String(actual)
    }"`,
    msg,
  );
}

/** Fails when the value is an instance of the class. */
export function assertNotInstanceOf<A, T>(
  actual: A,
  unexpectedType: AnyClass<T>,
  msg?: string,
): asserts actual is Exclude<A, T> {
  check(
    !(actual instanceof unexpectedType),
    `Expected object to not be an instance of "${unexpectedType.name}"`,
    msg,
  );
}

/** The part of `value` that `pattern` speaks of. */
function part(value: unknown, pattern: unknown): unknown {
  if (Array.isArray(value) && Array.isArray(pattern)) {
    return pattern.slice(0, value.length)
      .map((wanted, i) => part(value[i], wanted));
  }
  const isPlain = (item: unknown): item is Record<PropertyKey, unknown> =>
    Object.prototype.toString.call(item) === "[object Object]";
  if (!isPlain(value) || !isPlain(pattern)) return value;
  const names = Reflect.ownKeys(pattern).filter((name) => name in value);
  return Object.fromEntries(
    names.map((name) => [name, part(value[name], pattern[name])]),
  );
}

/** Fails unless all that `expected` names is in `actual`, deeply equal. */
export function assertObjectMatch(
  // deno-lint-ignore no-explicit-any
  actual: Record<PropertyKey, any>,
  expected: Record<PropertyKey, unknown>,
  msg?: string,
): void {
  assertEquals(part(actual, expected), part(expected, expected), msg);
}

/** Fails. */
export function fail(msg?: string): never {
  throw new AssertionError(`Failed assertion${msg ? `: ${msg}` : "."}`);
}

/** Fails: this line must not be reached. */
export function unreachable(msg?: string): never {
  throw new AssertionError(`Unreachable${msg ? `: ${msg}` : "."}`);
}

/** Fails: this is not written yet. */
export function unimplemented(msg?: string): never {
  throw new AssertionError(`Unimplemented${msg ? `: ${msg}` : "."}`);
}

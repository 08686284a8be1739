/** Stand-in for `@std/assert` where JSR cannot be reached: the assertions that
 * our tests use, over `node:assert` and `node:util`. Not for production.
 *
 * @module
 */

import { AssertionError as NodeAssertionError } from "node:assert";
import { inspect, isDeepStrictEqual } from "node:util";

/** What every failed assertion throws. */
export class AssertionError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AssertionError";
  }
}

// deno-lint-ignore no-explicit-any
type AnyClass<T = any> = abstract new (...args: any[]) => T;

function check(passed: boolean, problem: string, msg?: string): void {
  if (!passed) throw new AssertionError(msg ? `${problem}: ${msg}` : problem);
}

function difference(actual: unknown, expected: unknown): string {
  return new NodeAssertionError({
    actual,
    expected,
    operator: "deepStrictEqual",
  }).message.split("\n").slice(1).join("\n");
}

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

/** Fails unless it is an error of the class whose message fits. */
export function assertIsError<E extends Error = Error>(
  error: unknown,
  ErrorClass?: AnyClass<E>,
  msgMatches?: string | RegExp,
  msg?: string,
): asserts error is E {
  if (!(error instanceof Error)) {
    throw new AssertionError(`Expected "error" to be an Error object`);
  }
  check(
    !ErrorClass || error instanceof ErrorClass,
    `Expected error to be instance of "${ErrorClass?.name}", but was "${error.constructor.name}"`,
    msg,
  );
  const fits = msgMatches instanceof RegExp
    ? msgMatches.test(error.message)
    : error.message.includes(msgMatches ?? "");
  check(
    fits,
    `Expected error message to include ${inspect(msgMatches)}, but got ${
      inspect(error.message)
    }`,
    msg,
  );
}

type ThrowArgs = [classOrMsg?: AnyClass | string, text?: string, msg?: string];

function checkThrown(error: unknown, [first, text, msg]: ThrowArgs): unknown {
  if (typeof first !== "function") return error;
  check(error instanceof Error, "A non-Error object was thrown", msg);
  assertIsError(error, first, text, msg);
  return error;
}

/** Fails unless the function throws (such an error); returns what it threw. */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: AnyClass<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows(fn: () => unknown, ...args: ThrowArgs): unknown {
  try {
    fn();
  } catch (error) {
    return checkThrown(error, args);
  }
  const msg = typeof args[0] === "string" ? args[0] : args[2];
  throw new AssertionError(
    `Expected function to throw${msg ? `: ${msg}` : "."}`,
  );
}

/** Fails unless the promise rejects (with such an error); gives the error. */
export function assertRejects(
  fn: () => PromiseLike<unknown>,
  msg?: string,
): Promise<unknown>;
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: AnyClass<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects(
  fn: () => PromiseLike<unknown>,
  ...args: ThrowArgs
): Promise<unknown> {
  const msg = typeof args[0] === "string" ? args[0] : args[2];
  let promise: PromiseLike<unknown> | undefined;
  try {
    promise = fn();
  } catch {
    // Reported below: to throw is not to reject.
  }
  if (typeof promise?.then !== "function") {
    throw new AssertionError(
      `Function throws when expected to reject${msg ? `: ${msg}` : "."}`,
    );
  }
  try {
    await promise;
  } catch (error) {
    return checkThrown(error, args);
  }
  throw new AssertionError(
    `Expected function to reject${msg ? `: ${msg}` : "."}`,
  );
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

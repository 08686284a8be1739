/** Stand-in for `@std/assert`: assertions about what is thrown. */

import { inspect } from "node:util";
import { type AnyClass, AssertionError, check } from "./assertion_error.ts";

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

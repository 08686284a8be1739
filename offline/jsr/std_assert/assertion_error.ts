/** Stand-in for `@std/assert`: how assertions fail. */

/** What every failed assertion throws. */
export class AssertionError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AssertionError";
  }
}

/** Any class, abstract ones too. */
// deno-lint-ignore no-explicit-any
export type AnyClass<T = any> = abstract new (...args: any[]) => T;

/** Fails with the problem, and the message if there is one. */
export function check(passed: boolean, problem: string, msg?: string): void {
  if (!passed) throw new AssertionError(msg ? `${problem}: ${msg}` : problem);
}

/** A part of the page did not come. Browsers remember that: it does not come later either, until the page is loaded again. */
export class LoadError extends Error {
  override name = "LoadError";
}

/**
 * Waits for a part of the page that is loaded when it is needed for the first time, such as `import("@/lib/client/api.ts")`.
 *
 * @throws {LoadError} when it cannot be loaded.
 */
export async function later<T>(part: Promise<T>): Promise<T> {
  try {
    return await part;
  } catch (cause) {
    throw new LoadError("A part of the page did not come.", { cause });
  }
}

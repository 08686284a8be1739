import { NetworkError } from "@/lib/client/errors.ts";

/** A part of the page did not come. Browsers remember that: it does not come later either, until the page is loaded again. */
export class LoadError extends NetworkError {
  override name = "LoadError";

  constructor(cause: unknown) {
    super("network", { cause });
  }
}

/**
 * The HTTP calls, loaded when they are needed for the first time: a page that only shows something does without them.
 *
 * @throws {LoadError} when they cannot be loaded.
 */
export async function lazyApi(): Promise<
  typeof import("@/lib/client/api.ts")
> {
  try {
    return await import("@/lib/client/api.ts");
  } catch (cause) {
    throw new LoadError(cause);
  }
}

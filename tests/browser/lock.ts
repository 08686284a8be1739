/**
 * One thing at a time, across processes: test files run side by side, and
 * neither the unpacking of Chromium nor the build of the product may happen
 * twice at once.
 */

/** The project's folder, whatever the working directory of the test is. */
export const ROOT = new URL("../../", import.meta.url).pathname;

/** Where test runs keep what is worth keeping between them; git-ignored. */
export const DATA = `${ROOT}.data/`;

/**
 * Runs `work` while holding `.data/NAME.lock`. The lock is the kernel's
 * (flock), so a process that dies holding it lets go of it.
 */
export async function locked<T>(
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  await Deno.mkdir(DATA, { recursive: true });
  using file = await Deno.open(`${DATA}${name}.lock`, {
    create: true,
    write: true,
  });
  await file.lock(true);
  try {
    return await work();
  } finally {
    await file.unlock();
  }
}

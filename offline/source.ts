/**
 * Where a command's JSR packages come from: JSR itself (reachable, or all of
 * it cached), or the folder registry.
 *
 * @module
 */

import { fromFileUrl, ROOT } from "./paths.ts";
import { digestOf, holdRegistry, readPackages } from "./registry.ts";

/** A decision, and what keeps it true. */
export interface Source {
  /** "jsr", or the digest of the folders served. */
  id: string;
  /** What nested commands need in their environment. */
  env: Record<string, string>;
  /** The line to tell the user, when it is not JSR as it is. */
  notice?: string;
  close(): Promise<void>;
}

/** Milliseconds that JSR has to answer; the whole decision stays below 2 s. */
const PATIENCE = 1500;

/** The folders served when `JSR_FOLDERS` names no others. */
export const STAND_INS = fromFileUrl(new URL("./jsr", import.meta.url));

const AS_IT_IS: Source = { id: "jsr", env: {}, close: async () => {} };

/** Whether all that the project needs of JSR is in Deno's cache. */
async function cached(signal: AbortSignal): Promise<boolean> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: [
      "cache",
      "--quiet",
      "--no-lock",
      "--cached-only",
      "offline/needs.ts",
    ],
    cwd: ROOT,
    stdin: "null",
    stdout: "null",
    stderr: "null",
    signal,
  }).output();
  return success;
}

/** Whether JSR itself, and not some gateway's page, answers. */
async function reachable(signal: AbortSignal): Promise<boolean> {
  const config = JSON.parse(await Deno.readTextFile(`${ROOT}/deno.json`));
  const [, name, version] = config.imports.fresh.match(/^jsr:(.+)@(.+)$/);
  const url = `https://jsr.io/${name}/${version}_meta.json`;
  const response = await fetch(url, { signal });
  return response.ok && "exports" in await response.json();
}

/**
 * Whether JSR packages can be had without a registry of ours: reachable or
 * cached, whichever is known first. Takes 1.5 s at most.
 */
export async function jsrServes(): Promise<boolean> {
  const late = AbortSignal.timeout(PATIENCE);
  const sure = (answer: Promise<boolean>) =>
    answer.then((yes) => yes || Promise.reject(new Error("no")));
  const never = new Promise<boolean>((_, no) =>
    late.addEventListener("abort", () => no(late.reason))
  );
  const any = Promise.any([sure(cached(late)), sure(reachable(late))]);
  return await Promise.race([any, never]).catch(() => false);
}

async function fromFolders(folders: string, why: string): Promise<Source> {
  const packages = await readPackages(folders);
  const { url, close } = await holdRegistry(packages);
  return {
    id: digestOf(packages),
    env: { JSR_URL: url },
    notice: `${why}; JSR packages come from ${folders} (${url}).`,
    close,
  };
}

/**
 * Decides. `JSR_FOLDERS` wins; a `JSR_URL` set from outside (a mirror, or a
 * wrapper around this one) is used as it is.
 *
 * @param mayFallBack false for production: then null means "no JSR".
 * @throws {Error} when `JSR_FOLDERS` names no packages, or no port is free.
 */
export async function chooseSource(
  mayFallBack: boolean,
): Promise<Source | null> {
  if (Deno.env.get("JSR_URL")) return AS_IT_IS;
  const folders = Deno.env.get("JSR_FOLDERS");
  if (folders) return await fromFolders(folders, "JSR_FOLDERS is set");
  if (await jsrServes()) return AS_IT_IS;
  if (!mayFallBack) return null;
  return await fromFolders(STAND_INS, "JSR cannot be reached");
}

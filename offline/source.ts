/**
 * Where a command's JSR packages come from: JSR itself (reachable, or all of
 * it cached), or the folder registry.
 *
 * @module
 */

import { fromFileUrl, ROOT } from "./paths.ts";
import { digestOf, holdRegistry, npmOf, readPackages } from "./registry.ts";

/** A decision, and what keeps it true. */
export interface Source {
  /** "jsr", or the digest of the folders served. */
  id: string;
  /** What nested commands need in their environment. */
  env: Record<string, string>;
  /** The npm packages that its JSR packages ask for. */
  npm: string[];
  /** The line to tell the user, when it is not JSR as it is. */
  notice?: string;
  close(): Promise<void>;
}

/** Milliseconds to find out about JSR; the whole decision stays below 2 s. */
const PATIENCE = 1200;

/** The same where nothing else would do: a builder in a cloud starts slowly. */
const PRODUCTION_PATIENCE = 20_000;

/** The folders served when `JSR_FOLDERS` names no others. */
export const STAND_INS = fromFileUrl(new URL("./jsr", import.meta.url));

/**
 * npm packages of upstream's Fresh 2.3.3 and its esbuild plugin, read from
 * their deno.json: locked too, so that upstream runs on the same versions.
 */
export const OF_UPSTREAM = [
  "npm:@opentelemetry/api@^1.9.0",
  "npm:@preact/signals@^2.5.1",
  "npm:esbuild@0.25.7",
  "npm:esbuild@~0.25.5",
  "npm:esbuild-wasm@~0.25.11",
  "npm:preact@^10.29.1",
  "npm:preact-render-to-string@^6.6.3",
];

const AS_IT_IS: Source = {
  id: "jsr",
  env: {},
  npm: OF_UPSTREAM,
  close: async () => {},
};

/**
 * The first address that the project needs and Deno's cache lacks, by Deno's
 * own words; null when nothing is lacking.
 */
async function lacking(signal: AbortSignal): Promise<string | null> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-lock", "--cached-only", "offline/needs.ts"],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    signal,
  }).output();
  if (success) return null;
  const text = new TextDecoder().decode(stderr);
  return text.match(/https?:[^\s'"]+/)?.[0] ?? null;
}

/**
 * Whether JSR packages can be had without a registry of ours: all of them are
 * cached, or JSR itself, and not some gateway's page, answers in time.
 */
export async function jsrServes(patience = PATIENCE): Promise<boolean> {
  const signal = AbortSignal.timeout(patience);
  try {
    const address = await lacking(signal);
    if (address === null) return true;
    const response = await fetch(address, { signal });
    const text = await response.text();
    if (address.endsWith(".json")) JSON.parse(text);
    return response.ok;
  } catch {
    return false;
  }
}

async function fromFolders(folders: string, why: string): Promise<Source> {
  const packages = await readPackages(folders);
  const { url, close } = await holdRegistry(packages);
  return {
    id: digestOf(packages),
    env: { JSR_URL: url },
    npm: npmOf(packages),
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
  const patience = mayFallBack ? PATIENCE : PRODUCTION_PATIENCE;
  if (await jsrServes(patience)) return AS_IT_IS;
  if (!mayFallBack) return null;
  return await fromFolders(STAND_INS, "JSR cannot be reached");
}

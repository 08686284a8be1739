/**
 * The npm half of a lock file. `offline/npm.lock` is tracked and names every
 * npm package that we, the stand-ins or upstream's Fresh ask for, with its
 * integrity. Commands are handed a copy (in .data/), to which Deno adds what
 * it finds on JSR: so npm is enforced, and no tracked file ever changes.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { STAND_INS } from "./source.ts";
import { ROOT } from "./paths.ts";

/** The tracked lock. */
export const NPM_LOCK = `${ROOT}/offline/npm.lock`;

/** What Deno's lock files (version 5) hold of npm. */
export interface Lock {
  version: string;
  specifiers: Record<string, string>;
  npm: Record<string, { integrity: string }>;
}

/**
 * npm packages of upstream's Fresh 2.3.3 and its esbuild plugin, read from
 * their deno.json: locked too, so that upstream runs on the same versions.
 */
export const OF_UPSTREAM = [
  "npm:@opentelemetry/api@^1.9.0",
  "npm:esbuild@~0.25.5",
  "npm:esbuild-wasm@~0.25.11",
  "npm:preact@^10.29.1",
  "npm:preact-render-to-string@^6.6.3",
];

const NPM = /npm:(?:@[\w.-]+\/)?[\w.-]+@[\w.^~*<>=-]+/g;

/** Every npm specifier ("npm:preact@^10.29") that the lock must know. */
export async function wantedSpecifiers(): Promise<string[]> {
  const wanted = new Set(OF_UPSTREAM);
  const collect = (text: string) => {
    for (const [specifier] of text.matchAll(NPM)) wanted.add(specifier);
  };
  collect(await Deno.readTextFile(`${ROOT}/deno.json`));
  for await (const { name } of Deno.readDir(STAND_INS)) {
    for await (const file of Deno.readDir(`${STAND_INS}/${name}`)) {
      if (!file.isFile) continue;
      collect(await Deno.readTextFile(`${STAND_INS}/${name}/${file.name}`));
    }
  }
  return [...wanted].sort();
}

/** A specifier as Deno writes it into locks: "^2.0.0" is "2", "^1.2" "^1.2.0". */
const asLocked = (specifier: string) =>
  specifier.replace(/@\^(\d+)(?:\.0){0,2}$/, "@$1")
    .replace(/(@[~^]\d+\.\d+)$/, "$1.0");

/** The specifiers that a lock does not know. */
export function missing(lock: Lock, wanted: string[]): string[] {
  return wanted.filter((item) => !(asLocked(item) in lock.specifiers));
}

/**
 * A copy of the tracked lock for commands to use, one per source of JSR
 * packages and state of the tracked lock; made when it is not there.
 *
 * @returns its path.
 */
export async function lockCopy(source: string): Promise<string> {
  const text = await Deno.readTextFile(NPM_LOCK);
  const state = createHash("sha256").update(text).digest("hex").slice(0, 8);
  const path = `${ROOT}/.data/locks/${source}-${state}.json`;
  try {
    await Deno.stat(path);
  } catch {
    await Deno.mkdir(`${ROOT}/.data/locks`, { recursive: true });
    // Renamed into place: another command may be doing the same.
    const draft = await Deno.makeTempFile({ dir: `${ROOT}/.data/locks` });
    await Deno.writeTextFile(draft, text);
    await Deno.rename(draft, path);
  }
  return path;
}

/**
 * Writes the tracked lock anew, from npm alone.
 *
 * @returns Deno's exit code.
 */
export async function refreshLock(): Promise<number> {
  const dir = await Deno.makeTempDir();
  try {
    const wanted = await wantedSpecifiers();
    const entries = wanted.map((specifier) => `import "${specifier}";`);
    await Deno.writeTextFile(`${dir}/all.ts`, entries.join("\n"));
    await Deno.writeTextFile(`${dir}/deno.json`, "{}");
    const { code } = await new Deno.Command(Deno.execPath(), {
      args: ["cache", "--reload", "--lock=deno.lock", "all.ts"],
      cwd: dir,
      stdin: "null",
    }).output();
    if (code === 0) await Deno.copyFile(`${dir}/deno.lock`, NPM_LOCK);
    return code;
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

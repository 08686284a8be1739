/**
 * The npm half of a lock file. `offline/npm.lock` is tracked and names every
 * npm package that we, the stand-ins or upstream's Fresh ask for, with its
 * integrity. Commands are handed a copy (in .data/), to which Deno adds what
 * it finds on JSR: so npm is enforced, and no tracked file ever changes.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { ROOT } from "./paths.ts";
import { npmOf, readPackages } from "./registry.ts";
import { OF_UPSTREAM, type Source, STAND_INS } from "./source.ts";

/** The tracked lock. */
export const NPM_LOCK = `${ROOT}/offline/npm.lock`;

/** What Deno's lock files (version 5) hold of npm. */
export interface Lock {
  version: string;
  /** "npm:preact@^10.29.0" to "10.29.8". */
  specifiers: Record<string, string>;
  /** By "preact@10.29.8". */
  npm: Record<string, LockedPackage>;
}

/** One npm package; what it depends on is named with its version if need be. */
export interface LockedPackage {
  integrity: string;
  dependencies?: string[];
  optionalDependencies?: string[];
}

/** What deno.json imports; `scopes` holds what only tests do. */
async function imported(): Promise<{ everywhere: string[]; scoped: string[] }> {
  const text = await Deno.readTextFile(`${ROOT}/deno.json`);
  const { imports, scopes = {} } = JSON.parse(text);
  return {
    everywhere: Object.values<string>(imports),
    scoped: Object.values<Record<string, string>>(scopes)
      .flatMap((scope) => Object.values(scope)),
  };
}

/** Every npm specifier ("npm:preact@^10.29") that the lock must know. */
export async function wantedSpecifiers(): Promise<string[]> {
  const { everywhere, scoped } = await imported();
  const ours = npmOf(await readPackages(STAND_INS));
  const npm = [...OF_UPSTREAM, ...ours, ...everywhere, ...scoped]
    .filter((specifier) => specifier.startsWith("npm:"));
  return [...new Set(npm)].sort();
}

/** A specifier as Deno writes it into locks: "^2.0.0" is "2", "^1.2" "^1.2.0", "^0.25.11" "~0.25.11". */
const asLocked = (specifier: string) =>
  specifier.replace(/@\^(\d+)(?:\.0){0,2}$/, "@$1")
    .replace(/(@[~^]\d+\.\d+)$/, "$1.0")
    .replace(/@\^(?=0\.[1-9])/, "@~");

/** The specifiers that a lock does not know. */
export function missing(lock: Lock, wanted: string[]): string[] {
  return wanted.filter((item) => !(asLocked(item) in lock.specifiers));
}

/** A lock of these specifiers, and all that they depend on, alone. */
export function pruned(lock: Lock, specifiers: string[]): Lock {
  const kept: Lock = { version: lock.version, specifiers: {}, npm: {} };
  const keep = (id: string) => {
    if (id in kept.npm) return;
    const about = kept.npm[id] = lock.npm[id];
    const { dependencies = [], optionalDependencies = [] } = about;
    for (const name of [...dependencies, ...optionalDependencies]) {
      const found = name in lock.npm ? name : Object.keys(lock.npm)
        .find((id) => id.startsWith(`${name}@`) || id.startsWith(`${name}_`));
      if (found) keep(found);
    }
  };
  for (const specifier of specifiers.map(asLocked)) {
    const version = lock.specifiers[specifier];
    if (version === undefined) continue;
    kept.specifiers[specifier] = version;
    keep(specifier.replace(/^npm:(.+)@.+$/, `$1@${version}`));
  }
  return kept;
}

/**
 * A copy of the tracked lock for commands to use, one per source of JSR
 * packages and content; made when it is not there. Deno downloads all that a
 * lock holds: so what is served gets a lock without the tools of the tests.
 *
 * @param source where JSR packages come from.
 * @param all false to leave out what only tests, checks and benches need.
 * @returns its path.
 */
export async function lockCopy(source: Source, all: boolean): Promise<string> {
  const { everywhere } = await imported();
  let lock: Lock = JSON.parse(await Deno.readTextFile(NPM_LOCK));
  if (!all) lock = pruned(lock, [...everywhere, ...source.npm]);
  // Deno asks npm about every import of deno.json that is not listed here.
  const dependencies = everywhere
    .filter((specifier) => /^(npm|jsr):/.test(specifier)).map(asLocked).sort();
  const copy = { ...lock, workspace: { dependencies } };
  const text = JSON.stringify(copy, null, 2);
  const state = createHash("sha256").update(text).digest("hex").slice(0, 8);
  const path = `${ROOT}/.data/locks/${source.id}-${state}.json`;
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

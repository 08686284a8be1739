/**
 * One file in place of many. Fresh's Builder has esbuild part the modules by all the entries that use them, so that a call's page would come in
 * thirteen files, because other pages and what is loaded later share some of it. Each file costs the browser time before anything runs.
 */
import * as esbuild from "esbuild";
import { findPreloads, type Preloads } from "@/lib/server/preloads.ts";

/** Wakes the islands of every page. */
const RUNTIME = "./fresh-runtime.js";

/** What a bundled module loads later. */
const LATER = /\bimport\(\s*["'](\.\/[^"']+)["']/g;

/**
 * Puts the islands of each page, with all that they import, into the file of the first one; those of the others only point there. What Fresh's
 * runtime imports stays apart, and so does what is loaded later, with what that imports: no module runs twice in a page.
 *
 * @param outDir The Builder's output.
 * @param pages The islands of each page, by name. No other page has any of them.
 * @param runtime What to put in place of Fresh's runtime, as an import of other modules that the Builder made; none: it stays.
 */
export async function joinModules(
  outDir: string,
  pages: readonly (readonly string[])[],
  runtime?: string,
): Promise<void> {
  for await (const { name } of Deno.readDir(`${outDir}/static/_fresh/js`)) {
    const folder = `${outDir}/static/_fresh/js/${name}`;
    if (runtime !== undefined) await replaceRuntime(folder, pages, runtime);
    const imports = await findPreloads(folder, ".");
    for (const islands of pages) await joinPage(folder, imports, islands);
    await removeUnused(folder, pages.flat());
  }
  await esbuild.stop();
}

const fileOf = (island: string) => `./${island}.js`;

async function replaceRuntime(
  folder: string,
  pages: readonly (readonly string[])[],
  runtime: string,
): Promise<void> {
  const imports = await findPreloads(folder, ".");
  const islands = pages.flat().map(fileOf);
  const apart = new Set(islands.flatMap((file) => imports[file]));
  await bundle(folder, RUNTIME, runtime, apart);
}

async function joinPage(
  folder: string,
  imports: Preloads,
  islands: readonly string[],
): Promise<void> {
  const entries = islands.map(fileOf);
  const apart = new Set(imports[RUNTIME]);
  for (const file of entries.flatMap((entry) => [entry, ...imports[entry]])) {
    for (const later of await loadedLater(folder, file)) {
      for (const shared of imports[later]) apart.add(shared);
    }
  }
  const [first, ...others] = entries;
  const contents = `export { default } from "${first}";` +
    others.map((entry, i) =>
      `export { default as ${islands[i + 1]} } from "${entry}";`
    ).join("");
  await bundle(folder, first, contents, apart);
  for (const [i, entry] of others.entries()) {
    const text = `export{${islands[i + 1]} as default}from"${first}";\n`;
    await Deno.writeTextFile(`${folder}/${entry}`, text);
  }
}

/** Writes a file of what `contents` imports, but for what is `apart` or loaded later. */
async function bundle(
  folder: string,
  file: string,
  contents: string,
  apart: ReadonlySet<string>,
): Promise<void> {
  await esbuild.build({
    stdin: { contents, resolveDir: folder },
    outfile: `${folder}/${file}`,
    allowOverwrite: true,
    bundle: true,
    minify: true,
    format: "esm",
    target: "esnext", // The Builder has seen to browsers.
    plugins: [{
      name: "apart",
      setup(build) {
        build.onResolve(
          { filter: /^\.\// },
          ({ path, kind }) =>
            kind === "dynamic-import" || apart.has(path)
              ? { path, external: true }
              : { path: `${folder}/${path}` },
        );
      },
    }],
  });
}

/** Chunks that have become part of others. */
async function removeUnused(
  folder: string,
  islands: readonly string[],
): Promise<void> {
  const imports = await findPreloads(folder, ".");
  // A set's iteration goes on to what is added meanwhile.
  const used = new Set([RUNTIME, ...islands.map(fileOf)]);
  for (const file of used) {
    for (const other of imports[file]) used.add(other);
    for (const later of await loadedLater(folder, file)) used.add(later);
  }
  for (const file of Object.keys(imports)) {
    if (!used.has(file)) await Deno.remove(`${folder}/${file}`);
  }
}

async function loadedLater(folder: string, file: string): Promise<string[]> {
  const text = await Deno.readTextFile(`${folder}/${file}`);
  return [...text.matchAll(LATER)].map(([, path]) => path);
}

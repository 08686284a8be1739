/** Stand-in for `@fresh/core`: a finished build, kept in memory or on disk. */

import { createHash } from "node:crypto";
import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import {
  type BuildCache,
  IslandPreparer,
  type Islands,
  openFile,
  type StaticFile,
} from "./build_cache.ts";
import type { BundleFile } from "./bundle.ts";
import { contentType, filesBelow, type FoundRoute } from "./crawl.ts";
import type { RouteFile } from "./fs_routes.ts";

/** What the Builder found and made. */
export interface Built {
  root: string;
  outDir: string;
  staticDirs: string[];
  serverEntry: string;
  buildId: string;
  dev: boolean;
  routes: FoundRoute[];
  /** Bundle name to the path of the island's module. */
  islands: Map<string, string>;
  files: BundleFile[];
}

const addressOf = ({ buildId }: Built, name: string) =>
  `/_fresh/js/${buildId}/${name}`;

/** A build for `listen` and for tests. */
export async function memoryBuild<State>(
  built: Built,
): Promise<BuildCache<State>> {
  const { root, routes, islands, files, staticDirs, dev } = built;
  const islandRegistry: Islands = new Map();
  const preparer = new IslandPreparer();
  for (const [name, path] of islands) {
    const module = await import(pathToFileURL(path).href);
    const file = addressOf(built, `${name}.js`);
    preparer.prepare(islandRegistry, module, file, name, []);
  }
  const loaded: RouteFile<State>[] = [];
  for (const { path, lazy, ...about } of routes) {
    const load = () => import(pathToFileURL(path).href);
    loaded.push({ ...about, mod: lazy ? load : await load() });
  }
  const bundles = new Map(
    files.map((file) => [addressOf(built, file.name), file]),
  );

  async function readFile(pathname: string): Promise<StaticFile | null> {
    const bundle = bundles.get(pathname);
    if (bundle) {
      const { contents, hash, name } = bundle;
      return {
        hash,
        contentType: contentType(name),
        size: contents.length,
        readable: contents,
        close() {},
      };
    }
    const parts = pathname.split("/").map(decodeURIComponent);
    if (parts.some((part) => part === ".." || /[\\/]/.test(part))) return null;
    for (const dir of staticDirs) {
      const path = join(dir, ...parts);
      const stat = await Deno.stat(path).catch(() => null);
      if (stat?.isFile) return await openFile(path, null, contentType(path));
    }
    return null;
  }

  return {
    root,
    islandRegistry,
    clientEntry: addressOf(built, "fresh-runtime.js"),
    alwaysBoot: dev,
    routeFiles: () => loaded,
    readFile,
  };
}

const NOTE = "// Written by the Builder of Ringdown's Fresh stand-in.\n";

async function snapshotText(built: Built): Promise<string> {
  const { root, outDir, staticDirs, routes, islands, files } = built;
  const posix = (path: string) => path.replaceAll("\\", "/");
  const importable = (path: string) =>
    JSON.stringify(posix(relative(outDir, path)));
  const js = (value: unknown) => JSON.stringify(value);

  const lines: string[] = ['import { IslandPreparer } from "fresh/internal";'];
  const prepared: string[] = [];
  for (const [i, [name, path]] of [...islands].entries()) {
    lines.push(`import * as island_${i} from ${importable(path)};`);
    const args = [addressOf(built, `${name}.js`), name, []].map(js).join(", ");
    prepared.push(`preparer.prepare(islands, island_${i}, ${args});`);
  }
  const routeLines = routes.map(({ path, lazy, ...about }, i) => {
    if (!lazy) lines.push(`import * as route_${i} from ${importable(path)};`);
    const mod = lazy ? `() => import(${importable(path)})` : `route_${i}`;
    return `  { ...${js(about)}, mod: ${mod} },`;
  });

  const statics = new Map<string, unknown>();
  for (const { name, hash } of files) {
    const address = addressOf(built, name);
    const filePath = posix(relative(root, join(outDir, "static", address)));
    const about = { hash, filePath, contentType: contentType(name) };
    statics.set(address, { name: address, ...about });
  }
  for (const dir of staticDirs) {
    for (const path of await filesBelow(dir)) {
      const parts = posix(relative(dir, path)).split("/");
      if (parts.some((part) => /^\.(?!well-known)/.test(part))) continue;
      const name = `/${parts.map(encodeURIComponent).join("/")}`;
      if (statics.has(name)) continue;
      const bytes = await Deno.readFile(path);
      const hash = createHash("sha256").update(bytes).digest("hex");
      const filePath = posix(relative(root, path));
      const about = { hash, filePath, contentType: contentType(path) };
      statics.set(name, { name, ...about });
    }
  }

  return `${NOTE}${lines.join("\n")}

export const clientEntry = ${js(addressOf(built, "fresh-runtime.js"))};
export const version = ${js(built.buildId)};
export const islands = new Map();
const preparer = new IslandPreparer();
${prepared.join("\n")}
export const staticFiles = new Map([
${[...statics].map((pair) => `  ${js(pair)},`).join("\n")}
]);
export const entryAssets = [];
export const fsRoutes = [
${routeLines.join("\n")}
];
`;
}

function serverText({ root, outDir, serverEntry }: Built): string {
  const posix = (path: string) => path.replaceAll("\\", "/");
  const up = JSON.stringify(posix(relative(outDir, root)));
  const entry = JSON.stringify(posix(relative(outDir, serverEntry)));
  return `${NOTE}import { path, ProdBuildCache, setBuildCache } from "fresh/internal";
import * as snapshot from "./snapshot.js";
import { app } from ${entry};

const root = path.join(import.meta.dirname, ${up});
setBuildCache(app, new ProdBuildCache(root, snapshot), "production");

export default { fetch: app.handler() };
`;
}

/** Writes a build to its folder, in upstream's layout. */
export async function writeBuild(built: Built): Promise<void> {
  const { outDir, files } = built;
  const statics = join(outDir, "static");
  await Deno.remove(statics, { recursive: true }).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  for (const { name, contents } of files) {
    const path = join(statics, addressOf(built, name));
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.writeFile(path, contents);
  }
  await Deno.writeTextFile(
    join(outDir, "snapshot.js"),
    await snapshotText(built),
  );
  await Deno.writeTextFile(join(outDir, "server.js"), serverText(built));
}

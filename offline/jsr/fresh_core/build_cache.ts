/** Stand-in for `@fresh/core`: what an app knows of the build it serves. */
// deno-lint-ignore-file no-import-prefix

import { isAbsolute, join } from "node:path";
import type { ComponentType } from "npm:preact@^10.29";
import { setBuildId } from "./build_id.ts";
import type { RouteFile } from "./fs_routes.ts";
import type { Island } from "./types.ts";

/** A file to be sent. */
export interface StaticFile {
  hash: string | null;
  /** Bytes. */
  size: number;
  contentType: string;
  readable: ReadableStream<Uint8Array<ArrayBuffer>> | Uint8Array<ArrayBuffer>;
  close(): void;
}

/** The islands of a build, by their component. */
export type Islands = Map<ComponentType, Island>;

/** One build: of a disk snapshot, of the dev server, or none. */
export interface BuildCache<State> {
  root: string;
  islandRegistry: Islands;
  /** Address of the bundle that wakes islands up. */
  clientEntry: string;
  /** Whether every page loads that bundle (live reload). */
  alwaysBoot: boolean;
  routeFiles(): RouteFile<State>[];
  /** The file of an encoded path, or null. */
  readFile(pathname: string): Promise<StaticFile | null>;
}

/** The build of an app that was not built: no routes, no islands. */
export function emptyBuild<State>(): BuildCache<State> {
  return {
    root: ".",
    islandRegistry: new Map(),
    clientEntry: "",
    alwaysBoot: false,
    routeFiles: () => [],
    readFile: () => Promise.resolve(null),
  };
}

/** A file of the build on disk, opened to be sent. */
export async function openFile(
  path: string,
  hash: string | null,
  contentType: string,
): Promise<StaticFile> {
  const [{ size }, file] = await Promise.all([
    Deno.stat(path),
    Deno.open(path),
  ]);
  return {
    hash,
    size,
    contentType,
    readable: file.readable,
    close: () => file.close(),
  };
}

/** What `_fresh/snapshot.js` exports. */
export interface Snapshot<State> {
  version: string;
  clientEntry: string;
  fsRoutes: RouteFile<State>[];
  staticFiles: Map<
    string,
    { filePath: string; hash: string | null; contentType: string }
  >;
  islands: Islands;
}

/** A build read from `_fresh`. */
export class ProdBuildCache<State> implements BuildCache<State> {
  root: string;
  islandRegistry: Islands;
  clientEntry: string;
  alwaysBoot = false;
  #snapshot: Snapshot<State>;

  constructor(root: string, snapshot: Snapshot<State>) {
    setBuildId(snapshot.version);
    this.root = root;
    this.#snapshot = snapshot;
    this.islandRegistry = snapshot.islands;
    this.clientEntry = snapshot.clientEntry;
  }

  routeFiles(): RouteFile<State>[] {
    return this.#snapshot.fsRoutes;
  }

  async readFile(pathname: string): Promise<StaticFile | null> {
    const found = this.#snapshot.staticFiles.get(pathname);
    if (found === undefined) return null;
    const { filePath, hash, contentType } = found;
    const path = isAbsolute(filePath) ? filePath : join(this.root, filePath);
    return await openFile(path, hash, contentType);
  }
}

/** Registers the exported functions of island modules under unique names. */
export class IslandPreparer {
  #names = new Set<string>();

  prepare(
    registry: Islands,
    module: Record<string, unknown>,
    file: string,
    moduleName: string,
    css: string[],
  ): void {
    for (const [exportName, value] of Object.entries(module)) {
      if (typeof value !== "function") continue;
      const wanted = (exportName === "default" ? moduleName : exportName)
        .replaceAll(/[^\w$]+/g, "_");
      let name = wanted;
      for (let n = 1; this.#names.has(name); n++) name = `${wanted}_${n}`;
      this.#names.add(name);
      const fn = value as ComponentType;
      registry.set(fn, { file, name, exportName, fn, css });
    }
  }
}

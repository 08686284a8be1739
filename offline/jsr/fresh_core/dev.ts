/** Stand-in for `@fresh/core/dev`: the Builder.
 *
 * @module
 */

import { basename, dirname, extname, isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import { App, listenOn, type ListenOptions, setBuildCache } from "./app.ts";
import { BUILD_ID } from "./build_id.ts";
import { type Built, memoryBuild, writeBuild } from "./builds.ts";
import { bundle, type BundleOptions } from "./bundle.ts";
import { crawl } from "./crawl.ts";

/** Options of `new Builder()`; paths are relative to `root`. */
export interface BuildOptions {
  target?: string | string[];
  root?: string;
  outDir?: string;
  staticDir?: string | string[];
  islandDir?: string;
  routeDir?: string;
  serverEntry?: string;
  /** Files that are neither routes nor islands; tests by default. */
  ignore?: RegExp[];
  sourceMap?: BundleOptions["sourceMap"];
}

/** The options in force, with absolute paths. */
export type ResolvedBuildConfig =
  & Required<Omit<BuildOptions, "sourceMap" | "staticDir">>
  & Pick<BuildOptions, "sourceMap">
  & {
    staticDir: string[];
    mode: "development" | "production";
    buildId: string;
  };

const NOT_PRECOMPILED =
  "a img source body html head title meta script link style base noscript template"
    .split(" ");

/** Bundles islands, and serves or writes the app with them. */
// deno-lint-ignore no-explicit-any
export class Builder<State = any> {
  config: ResolvedBuildConfig;
  #registered: string[] = [];

  constructor(options: BuildOptions = {}) {
    const within = (root: string, path: string) =>
      path.startsWith("file:")
        ? fileURLToPath(path)
        : isAbsolute(path)
        ? path
        : join(root, path);
    const root = within(Deno.cwd(), options.root ?? "").replace(/[\\/]$/, "");
    const at = (path: string) => within(root, path);
    this.config = {
      root,
      target: options.target ?? ["chrome99", "firefox99", "safari15"],
      outDir: at(options.outDir ?? "_fresh"),
      staticDir: [options.staticDir ?? "static"].flat().map(at),
      islandDir: at(options.islandDir ?? "islands"),
      routeDir: at(options.routeDir ?? "routes"),
      serverEntry: at(options.serverEntry ?? "main.ts"),
      ignore: options.ignore ?? [/[._]test\.(?:[tj]sx?|[mc][tj]s)$/],
      sourceMap: options.sourceMap,
      mode: "production",
      buildId: BUILD_ID,
    };
  }

  /** Bundles a module like an island: a path, or the URL of a file. */
  registerIsland(specifier: string): void {
    const isUrl = specifier.startsWith("file:");
    this.#registered.push(isUrl ? fileURLToPath(specifier) : specifier);
  }

  /** Serves the app for development, until the process ends. */
  async listen(
    importApp: () => Promise<{ app: App<State> } | App<State>>,
    options: ListenOptions = {},
  ): Promise<void> {
    this.config.mode = "development";
    const imported = await importApp();
    const app = imported instanceof App ? imported : imported.app;
    setBuildCache(app, await memoryBuild(await this.#make()), "development");
    const handler = app.handler();
    const revision = Date.now();
    await listenOn(options, async (req, info) => {
      if (new URL(req.url).pathname !== "/_frsh/alive") {
        return await handler(req, info);
      }
      if (req.headers.get("upgrade") !== "websocket") {
        return new Response(null, { status: 501 });
      }
      const { socket, response } = Deno.upgradeWebSocket(req);
      socket.onopen = () => socket.send(JSON.stringify({ revision }));
      return response;
    });
  }

  /**
   * Builds the app.
   *
   * @returns a function that makes an app serve the build ("memory" only).
   */
  async build(
    options: {
      mode?: ResolvedBuildConfig["mode"];
      snapshot?: "disk" | "memory";
    } = {},
  ): Promise<(app: App<State>) => void> {
    this.config.mode = options.mode ?? "production";
    const built = await this.#make();
    if (options.snapshot === "memory") {
      const build = await memoryBuild<State>(built);
      return (app) => setBuildCache(app, build, app.config.mode);
    }
    await writeBuild(built);
    return () => {
      throw new Error("A build on disk is served by its server.js");
    };
  }

  async #make(): Promise<Built> {
    const { root, routeDir, islandDir, ignore, target, buildId, mode } =
      this.config;
    await checkCompilerOptions(root);
    const { routes, islands: paths } = await crawl(routeDir, islandDir, ignore);
    const islands = new Map<string, string>();
    for (const path of new Set([...this.#registered, ...paths])) {
      const stem = basename(path, extname(path)).replaceAll(/\W+/g, "_");
      let name = /^\d/.test(stem) ? `_${stem}` : stem;
      for (let n = 1; islands.has(name); n++) name = `${stem}_${n}`;
      islands.set(name, path);
    }
    const dev = mode === "development";
    const { sourceMap, outDir, staticDir: staticDirs, serverEntry } =
      this.config;
    const files = await bundle({
      root,
      dev,
      target,
      buildId,
      islands,
      sourceMap,
    });
    return {
      root,
      outDir,
      staticDirs,
      serverEntry,
      buildId,
      dev,
      routes,
      islands,
      files,
    };
  }
}

interface DenoConfig {
  compilerOptions?: {
    jsx?: string;
    jsxImportSource?: string;
    jsxPrecompileSkipElements?: string[];
  };
}

/** The nearest deno.json, from a folder upwards, that has compilerOptions. */
async function nearestConfig(
  dir: string,
): Promise<{ path: string; options: DenoConfig["compilerOptions"] }> {
  const path = join(dir, "deno.json");
  try {
    const config: DenoConfig = JSON.parse(await Deno.readTextFile(path));
    if (config.compilerOptions) {
      return { path, options: config.compilerOptions };
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  if (dirname(dir) === dir) {
    throw new Error("Could not find a deno.json with 'compilerOptions'.");
  }
  return await nearestConfig(dirname(dir));
}

/**
 * Precompiled JSX must leave alone the elements that pages are put together
 * with.
 *
 * @throws {Error} when deno.json says otherwise.
 */
async function checkCompilerOptions(root: string): Promise<void> {
  const { path, options = {} } = await nearestConfig(root);
  if (options.jsxImportSource === undefined) {
    throw new Error(
      `Option compilerOptions > jsxImportSource not set in: ${path}`,
    );
  }
  const skipped = options.jsxPrecompileSkipElements ?? [];
  if (
    options.jsx === "precompile" &&
    NOT_PRECOMPILED.some((name) => !skipped.includes(name))
  ) {
    const names = NOT_PRECOMPILED.map((name) => `"${name}"`).join(", ");
    throw new Error(
      `Expected option compilerOptions > jsxPrecompileSkipElements to contain ${names}`,
    );
  }
}

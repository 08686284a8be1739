/** Stand-in for `@fresh/core`: islands into bundles for the browser, by
 * esbuild, with Deno's own resolution of specifiers.
 *
 * @module
 */
// deno-lint-ignore-file no-import-prefix

import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import * as esbuild from "npm:esbuild@~0.25.5";
// Known from the start: found only later, it could bring another Preact along.
import "npm:@preact/signals@^2";

/** What to bundle and how. */
export interface BundleOptions {
  root: string;
  dev: boolean;
  target: string | string[];
  buildId: string;
  /** Bundle name to the path of its module. */
  islands: Map<string, string>;
  sourceMap?: { kind?: esbuild.BuildOptions["sourcemap"] };
}

/** One file for the browser. */
export interface BundleFile {
  /** Name below /_fresh/js/<build id>/. */
  name: string;
  contents: Uint8Array<ArrayBuffer>;
  hash: string;
}

/** Our own modules: they are served by a registry, not found on disk. */
const OWN = "fresh-stand-in";
/** Marks a resolution that esbuild is to do by itself. */
const BY_ITSELF = { byItself: true };

const own = (file: string) => new URL(file, import.meta.url).href;

/** A bare specifier's package, and the rest: `npm:` + "a@1/b" is "a" and "/b". */
function splitSpecifier(specifier: string): [name: string, subpath: string] {
  const match = specifier.match(
    /^(?:npm:)?((?:@[^/]+\/)?[^/@]+)(?:@[^/]+)?(\/.*)?$/,
  );
  return [match?.[1] ?? specifier, match?.[2] ?? ""];
}

/** The package folder in Deno's npm cache that a file is in, and its name. */
function packageOf(path: string): { root: string; name: string } | null {
  const match = path.match(
    /^(.*[\\/]npm[\\/][^\\/]+[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)[\\/][^\\/]+)[\\/]/,
  );
  return match && { root: match[1], name: match[2].replace("\\", "/") };
}

/**
 * Makes this process know an npm package without running any of it: what is
 * imported is loaded as a whole before the first module runs, and that throws.
 */
async function know(specifier: string): Promise<void> {
  const first = 'import "data:text/javascript,throw null";';
  const code = `${first}import ${JSON.stringify(specifier)};`;
  await import(`data:text/javascript,${encodeURIComponent(code)}`)
    .catch((error) => {
      if (error !== null) throw error;
    });
}

/** Where Deno finds a bare specifier, as a path or a URL. */
async function find(specifier: string, importer: string): Promise<string> {
  if (packageOf(importer)) {
    try {
      return createRequire(importer).resolve(specifier);
    } catch {
      // Only for `import`: then the project's own resolution must do.
    }
  }
  let url = import.meta.resolve(specifier);
  if (url.startsWith("npm:")) {
    await know(url);
    url = import.meta.resolve(specifier);
  }
  return url.startsWith("file:") ? fileURLToPath(url) : url;
}

const resolver = (buildId: string): esbuild.Plugin => ({
  name: "deno",
  setup(build) {
    build.onResolve({ filter: /.*/ }, async (args) => {
      const { path, importer, kind, pluginData } = args;
      if (pluginData === BY_ITSELF || kind === "entry-point") return;
      if (path.startsWith("fresh-stand-in:")) {
        return { path: own(path.split(":")[1]), namespace: OWN };
      }
      if (args.namespace === OWN && path.startsWith(".")) {
        return { path: new URL(path, importer).href, namespace: OWN };
      }
      if (/^(\.|\/|data:|https?:)/.test(path)) return;

      const found = await find(path, importer);
      // As a specifier, or as the address that it was once loaded from.
      const runtime = own("./runtime.ts");
      if (
        found === runtime || /^jsr:\/?@fresh\/core@[^/]+\/runtime$/.test(found)
      ) {
        return { path: runtime, namespace: OWN };
      }
      if (/^\w{2,}:/.test(found)) {
        return {
          errors: [{ text: `"${path}" is not for browsers: ${found}` }],
        };
      }
      const home = packageOf(found);
      if (home === null) return { path: found };
      // A package may import itself by name: so esbuild applies its exports,
      // for browsers. One without exports is asked for by path.
      const subpath = splitSpecifier(path)[1];
      const options = { kind, resolveDir: home.root, pluginData: BY_ITSELF };
      const byName = await build.resolve(home.name + subpath, options);
      if (byName.errors.length === 0) return byName;
      return await build.resolve(`.${subpath}`, options);
    });

    build.onLoad({ filter: /.*/, namespace: OWN }, async ({ path }) => {
      if (path === own("./build_id.ts")) {
        return { contents: `export const BUILD_ID = "${buildId}";` };
      }
      const module = await import(path, { with: { type: "text" } });
      return { contents: module.default, loader: "ts" };
    });
  },
});

/**
 * Bundles the islands, with shared parts in chunks of their own, and the
 * runtime ("fresh-runtime.js") that wakes them.
 *
 * @throws {Error} esbuild's, when something does not resolve or parse.
 */
export async function bundle(options: BundleOptions): Promise<BundleFile[]> {
  const { root, dev, target, buildId, islands, sourceMap } = options;
  const client = dev ? "./client_dev.ts" : "./client.ts";
  const runtime = `export { boot } from "fresh-stand-in:${client}";`;
  try {
    const { outputFiles } = await esbuild.build({
      entryPoints: {
        "fresh-runtime": "fresh-stand-in-entry",
        ...Object.fromEntries(islands),
      },
      absWorkingDir: root,
      outdir: ".",
      write: false,
      platform: "browser",
      format: "esm",
      target,
      bundle: true,
      splitting: true,
      minify: !dev,
      sourcemap: dev ? "linked" : sourceMap?.kind,
      jsx: "automatic",
      jsxImportSource: "preact",
      define: {
        "process.env.NODE_ENV": dev ? '"development"' : '"production"',
      },
      plugins: [entry(runtime), resolver(buildId)],
      logLevel: "warning",
    });
    return outputFiles.map(({ path, contents, hash }) => ({
      name: path.slice(root.length + 1).replaceAll("\\", "/"),
      contents: contents as Uint8Array<ArrayBuffer>,
      hash,
    }));
  } finally {
    await esbuild.stop();
  }
}

/** The runtime's entry: a line of code instead of a file. */
function entry(contents: string): esbuild.Plugin {
  return {
    name: "entry",
    setup(build) {
      build.onResolve({ filter: /^fresh-stand-in-entry$/ }, ({ path }) => {
        return { path, namespace: "entry" };
      });
      build.onLoad({ filter: /.*/, namespace: "entry" }, () => ({ contents }));
    },
  };
}

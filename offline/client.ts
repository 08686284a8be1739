/**
 * Bundles the client library, for browsers without any build of their own:
 *
 *     deno run -A offline/run.ts client [--minify] [entry outfile]
 *
 * The result, dist/ringdown.js unless told otherwise, is one ES module that
 * imports nothing.
 *
 * @module
 */

import * as esbuild from "esbuild";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { ROOT } from "./paths.ts";
// Loaded, so that Deno knows where it is.
import "valibot";

/** What the library imports by name: found where Deno has put it, by the lock. */
const packages: esbuild.Plugin = {
  name: "deno",
  setup(build) {
    build.onResolve({ filter: /^[a-z@]/ }, ({ path, kind }) => {
      if (kind === "entry-point") return;
      return { path: fileURLToPath(import.meta.resolve(path)) };
    });
  },
};

const [entry = "lib/client/mod.ts", outfile = "dist/ringdown.js"] = Deno.args
  .filter((arg) => !arg.startsWith("--"));
await esbuild.build({
  absWorkingDir: ROOT,
  entryPoints: [entry],
  outfile,
  bundle: true,
  format: "esm",
  platform: "browser",
  target: "es2022",
  minify: Deno.args.includes("--minify"),
  plugins: [packages],
  logLevel: "warning",
});
await esbuild.stop();

const bytes = await Deno.readFile(`${ROOT}/${outfile}`);
const kilobytes = ({ length }: Uint8Array) =>
  `${(length / 1000).toFixed(1)} kB`;
console.log(
  `${outfile}: ${kilobytes(bytes)}, with gzip ${kilobytes(gzipSync(bytes))}`,
);

/** `deno task build:client`: the library as one file. */
import { assert, assertEquals } from "@std/assert";
import { gzipSync } from "node:zlib";
import * as library from "@/lib/client/mod.ts";

const ROOT = new URL("../../", import.meta.url);

/** What a page may cost at first use, in bytes of gzip: half of what our own call page may. */
const MAX_GZIP = 40_000;

/** Static and dynamic imports, and exports from elsewhere. */
const IMPORT = /^\s*import\b|\bimport\s*\(|\bfrom\s*["'][^"']*["']\s*;/m;

Deno.test("the client library is one file that needs nothing else, small, with every public name", async () => {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "offline/run.ts", "client", "--minify"],
    cwd: ROOT,
    stdin: "null",
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  const code = await Deno.readTextFile(new URL("dist/ringdown.js", ROOT));
  assertEquals(IMPORT.exec(code)?.[0], undefined);
  const size = gzipSync(code).length;
  assert(size <= MAX_GZIP, `${size} bytes of gzip`);
  // Neither a server's module nor a browser's piece is touched before it is used.
  const url = `data:text/javascript,${encodeURIComponent(code)}`;
  const built = await import(url);
  assertEquals(Object.keys(built).sort(), Object.keys(library).sort());
});

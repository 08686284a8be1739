/** Holds a registry of the folders given, and tells its address. For tests. */

import { holdRegistry, readPackages } from "@/offline/registry.ts";

const { url } = await holdRegistry(await readPackages(Deno.args[0]));
console.log(url);
await new Promise((done) => setTimeout(done, 60_000));

/**
 * What wakes the islands of a page, and no more. Upstream's runtime has two parts that no page here uses: partials, and the hooks by which an
 * island may draw `<Head>` and images with hashed addresses, with a whole renderer to strings. They are two thirds of its bytes.
 */

/** What Fresh's runtime imports, as of 2.3.3: what pages need, and what they do without. */
const NEEDED = ["./polyfills.ts", "./reviver.ts"];
const LEFT_OUT = ["./preact_hooks_client.ts", "./partials.ts", "../shared.ts"];

const FROM = /\b(?:from|import)\s*["']([^"']+)["']/g;

/** A runtime of modules of Fresh's own. */
export interface Runtime {
  /** To be bundled by the Builder like islands, so that they share Preact with these. */
  modules: string[];
  /** Puts together what the Builder made of them. Pages import `boot`. */
  contents: string;
}

/**
 * Finds the parts of Fresh's runtime that pages need.
 *
 * @param dev Where `fresh/dev` was loaded from: the runtime is found from there, as the Builder does it.
 * @returns null when this Fresh's runtime is of other modules.
 */
export async function findRuntime(dev: string): Promise<Runtime | null> {
  const entry = new URL("../runtime/client/mod.ts", dev).href;
  const text: string = await import(entry, { with: { type: "text" } })
    .then((module) => module.default, () => "");
  const found = new Set([...text.matchAll(FROM)].map(([, path]) => path));
  const known = new Set([...NEEDED, ...LEFT_OUT]);
  if (found.symmetricDifference(known).size > 0) return null;
  return {
    modules: NEEDED.map((path) => new URL(path, entry).href),
    contents: 'import "./polyfills.js"; export { boot } from "./reviver.js";',
  };
}

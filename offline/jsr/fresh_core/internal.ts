/** Stand-in for `@fresh/core/internal`: what the files in `_fresh` import, by
 * upstream's names, so that a build of the other kind gets as far as saying so.
 *
 * @module
 */

import * as path from "node:path";

export { path };
export { setBuildCache } from "./app.ts";
export { IslandPreparer, ProdBuildCache } from "./build_cache.ts";

/** Stand-in for `@fresh/core/runtime`: what pages and islands may import, on
 * the server and in the browser.
 *
 * @module
 */

export { asset, assetSrcSet } from "./asset.ts";
export { HttpError } from "./error.ts";
export { Head, type HeadProps, IS_BROWSER } from "./head.ts";

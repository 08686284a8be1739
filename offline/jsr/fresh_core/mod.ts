/** Stand-in for `@fresh/core` 2.3.3 where JSR cannot be reached: the part of
 * its API that Ringdown uses, with its signatures, markup and error behaviour.
 * Written by us, small and plain; not for production. Upstream's own
 * documentation is the reference for everything exported here.
 *
 * @module
 */

/** What upstream's package lacks: how a program knows what it runs on. */
export const STAND_IN = true;

export { App, type ListenOptions } from "./app.ts";
export type {
  Context,
  WebSocketHandlers,
  WebSocketUpgradeOptions,
} from "./context.ts";
export { csp, type CSPOptions } from "./csp.ts";
export { createDefine, type Define } from "./define.ts";
export { HttpError } from "./error.ts";
export { staticFiles } from "./static_files.ts";
export { trailingSlashes } from "./trailing_slashes.ts";
export {
  type FreshConfig,
  type HandlerByMethod,
  type HandlerFn,
  type Island,
  type LayoutConfig,
  type Lazy,
  type MaybeLazy,
  type Method,
  type Middleware,
  type MiddlewareFn,
  page,
  type PageProps,
  type PageResponse,
  type ResolvedFreshConfig,
  type RouteConfig,
  type RouteData,
  type RouteHandler,
} from "./types.ts";

/** Stand-in for `@fresh/core`: one form of every address. */

import type { Middleware } from "./types.ts";

/** Redirects addresses with ("never") or without ("always") a final slash. */
export function trailingSlashes<State>(
  mode: "always" | "never",
): Middleware<State> {
  return (ctx) => {
    const { pathname, search } = ctx.url;
    const has = pathname.endsWith("/");
    if (pathname === "/" || has === (mode === "always")) return ctx.next();
    const path = has ? pathname.slice(0, -1) : `${pathname}/`;
    return ctx.redirect(path + search);
  };
}

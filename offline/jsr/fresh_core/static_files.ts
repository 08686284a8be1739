/** Stand-in for `@fresh/core`: files of the build and the static folder. */

import { CACHE_KEY } from "./asset.ts";
import { BUILD_ID } from "./build_id.ts";
import { BUILD } from "./context.ts";
import type { Middleware } from "./types.ts";

/** The path with each segment encoded, or null when it cannot be decoded. */
function encodedPath(pathname: string): string | null {
  try {
    const parts = decodeURIComponent(pathname).split("/").filter(Boolean);
    return `/${parts.map(encodeURIComponent).join("/")}`;
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}

/** Answers with a file, if there is one at the address. */
export function staticFiles<State>(): Middleware<State> {
  return async (ctx) => {
    const { req, url, config } = ctx;
    const path = encodedPath(url.pathname);
    if (path === null || path === "/") return await ctx.next();
    const file = await ctx[BUILD].readFile(path);
    if (file === null) {
      if (path === "/favicon.ico") return new Response(null, { status: 404 });
      return await ctx.next();
    }

    const without = (status: number, headers?: HeadersInit) => {
      file.close();
      return new Response(null, { status, headers });
    };
    if (req.method !== "GET" && req.method !== "HEAD") {
      file.close();
      return new Response("Method Not Allowed", { status: 405 });
    }
    const key = url.searchParams.get(CACHE_KEY);
    if (key !== null && key !== BUILD_ID) {
      url.searchParams.delete(CACHE_KEY);
      return without(307, { location: url.pathname + url.search });
    }

    const developing = config.mode === "development";
    const headers = new Headers({
      "Content-Type": file.contentType,
      vary: "If-None-Match",
    });
    if (!developing) {
      const known = req.headers.get("If-None-Match");
      if (known && (known === file.hash || known === `W/"${file.hash}"`)) {
        return without(304, headers);
      }
      if (file.hash !== null) headers.set("Etag", `W/"${file.hash}"`);
    }
    const lasting = !developing && (key === BUILD_ID ||
      url.pathname.startsWith(`/_fresh/js/${BUILD_ID}/`));
    headers.set(
      "Cache-Control",
      lasting
        ? "public, max-age=31536000, immutable"
        : "no-cache, no-store, max-age=0, must-revalidate",
    );
    headers.set("Content-Length", String(file.size));
    if (req.method === "HEAD") return without(200, headers);
    return new Response(file.readable, { headers });
  };
}

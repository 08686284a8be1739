/** Stand-in for `@fresh/core`: addresses that change with every build. */

import { BUILD_ID } from "./build_id.ts";

/** The search parameter that carries the build's id. */
export const CACHE_KEY = "__frsh_c";

/** An address on this host that may be cached for a year. */
export function asset(path: string): string {
  if (!path.startsWith("/") || path.startsWith("//")) return path;
  const url = new URL(path, "https://asset.invalid");
  if (url.searchParams.has(CACHE_KEY)) return path;
  url.searchParams.set(CACHE_KEY, BUILD_ID);
  return url.pathname + url.search + url.hash;
}

/** `asset` for every address of a `srcset`. */
export function assetSrcSet(srcset: string): string {
  if (srcset.includes("(")) return srcset;
  const parts = srcset.split(",");
  if (parts.some((part) => part.trim() === "")) return srcset;
  return parts
    .map((part) => part.replace(/\S+/, (address) => asset(address)))
    .join(",");
}

/** Stand-in for `@fresh/core`: finds routes, islands and static files. */

import { join, relative } from "node:path";
import { byPrecedence, describe, type RouteFile } from "./fs_routes.ts";

/** A route file that is not loaded yet. */
export interface FoundRoute extends Omit<RouteFile<unknown>, "mod"> {
  path: string;
  /** Loaded when first asked for: all pages but those that name their path. */
  lazy: boolean;
}

/** All files below a folder, sorted; none if there is no such folder. */
export async function filesBelow(dir: string): Promise<string[]> {
  const found: string[] = [];
  try {
    for await (const { name, isDirectory, isFile } of Deno.readDir(dir)) {
      if (isDirectory) found.push(...await filesBelow(join(dir, name)));
      if (isFile) found.push(join(dir, name));
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return found.sort();
}

async function modulesBelow(dir: string, ignore: RegExp[]): Promise<string[]> {
  const files = await filesBelow(dir);
  return files.filter((path) =>
    /\.[tj]sx?$/.test(path) && !ignore.some((form) => form.test(path))
  );
}

/** The routes, in order of precedence, and the island modules. */
export async function crawl(
  routeDir: string,
  islandDir: string,
  ignore: RegExp[],
): Promise<{ routes: FoundRoute[]; islands: string[] }> {
  const islands = await modulesBelow(islandDir, ignore);
  const routes: FoundRoute[] = [];
  for (const path of await modulesBelow(routeDir, ignore)) {
    const inside = relative(routeDir, path).replaceAll("\\", "/");
    if (inside.includes("(_islands)/")) islands.push(path);
    if (/(^|\/)\(_[^/]*\)\//.test(inside)) continue;
    const about = describe(`/${inside.replace(/\.\w+$/, "")}`);
    const text = await Deno.readTextFile(path);
    const lazy = about.type === "route" && !text.includes("routeOverride");
    routes.push({ ...about, path, lazy });
  }
  routes.sort((a, b) => byPrecedence(a.id, b.id));
  return { routes, islands };
}

const TYPES: Record<string, string> = {
  css: "text/css; charset=UTF-8",
  html: "text/html; charset=UTF-8",
  ico: "image/vnd.microsoft.icon",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  js: "text/javascript; charset=UTF-8",
  json: "application/json; charset=UTF-8",
  map: "application/json; charset=UTF-8",
  mjs: "text/javascript; charset=UTF-8",
  mp3: "audio/mpeg",
  mp4: "video/mp4",
  ogg: "audio/ogg",
  png: "image/png",
  svg: "image/svg+xml; charset=UTF-8",
  txt: "text/plain; charset=UTF-8",
  wasm: "application/wasm",
  wav: "audio/wav",
  webm: "video/webm",
  webmanifest: "application/manifest+json; charset=UTF-8",
  webp: "image/webp",
  woff2: "font/woff2",
  xml: "text/xml; charset=UTF-8",
};

/** The media type for a file's name. */
export function contentType(path: string): string {
  const extension = path.slice(path.lastIndexOf(".") + 1).toLowerCase();
  return TYPES[extension] ?? "text/plain";
}

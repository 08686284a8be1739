/** Stand-in for `@fresh/core`: which handler belongs to an address. */

import type { Method } from "./types.ts";

/** The result of a look-up. */
export interface Match<T> {
  /** The pattern that fits the path, whatever the method. */
  pattern: string | null;
  params: Record<string, string>;
  /** What was added for this pattern and method. */
  item: T | null;
}

interface Entry<T> {
  path: string;
  pattern: URLPattern | null;
  methods: Map<Method, T>;
}

/** Paths without parameters first, then patterns in the order added. */
export class Router<T> {
  #entries = new Map<string, Entry<T>>();

  /** Adds an item; the first for a path and method stays. */
  add(methods: readonly Method[], path: string, item: T): void {
    let entry = this.#entries.get(path);
    if (entry === undefined) {
      const pattern = /[*:{}+?()]/.test(path)
        ? new URLPattern({ pathname: path })
        : null;
      entry = { path, pattern, methods: new Map() };
      this.#entries.set(path, entry);
    }
    for (const method of methods) {
      if (!entry.methods.has(method)) entry.methods.set(method, item);
    }
  }

  /** The methods of a pattern, for the `Allow` header. */
  allowed(pattern: string): string[] {
    return [...this.#entries.get(pattern)?.methods.keys() ?? []];
  }

  /** Looks up an address; HEAD falls back to GET, "/x/" and "/x" are one. */
  match(method: Method, url: URL): Match<T> {
    const params: Record<string, string> = Object.create(null);
    const itemOf = ({ methods }: Entry<T>) =>
      methods.get(method) ??
        (method === "HEAD" ? methods.get("GET") : undefined) ?? null;

    const { pathname } = url;
    const twin = pathname.endsWith("/")
      ? pathname.slice(0, -1)
      : `${pathname}/`;
    for (const path of [pathname, twin]) {
      const entry = this.#entries.get(path);
      if (entry?.pattern === null) {
        return { pattern: path, params, item: itemOf(entry) };
      }
    }
    for (const entry of this.#entries.values()) {
      const found = entry.pattern?.exec(url);
      if (!found) continue;
      const item = itemOf(entry);
      if (item !== null) {
        for (const [name, value] of Object.entries(found.pathname.groups)) {
          params[name] = value === undefined ? "" : decodeURI(value);
        }
      }
      return { pattern: entry.path, params, item };
    }
    return { pattern: null, params, item: null };
  }
}

/**
 * A path of the routes folder, without extension and leading slash, as a
 * pattern: "r/[room]" is "/r/:room", "[...all]" is "/:all*", "index" is "/".
 * Groups ("(area)/x") vanish unless they are kept.
 *
 * @throws {SyntaxError} for forms that the stand-in does not know.
 */
export function pathToPattern(path: string, keepGroups = false): string {
  const parts = path.split("/");
  if (parts.at(-1) === "index") parts.pop();
  const kept = parts.filter((part) => keepGroups || !/^\(.*\)$/.test(part));
  const pattern = kept.map((part) => {
    const rest = part.match(/^\[\.\.\.([^\]]+)\]$/);
    if (rest) return `:${rest[1]}*`;
    if (/\[\[|\]\[|\[\.\.\./.test(part)) {
      throw new SyntaxError(`Invalid route pattern: "${path}".`);
    }
    return part.replaceAll(/\[([^\]]+)\]/g, ":$1");
  });
  return `/${pattern.join("/")}`;
}

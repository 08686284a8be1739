/** Stand-in for `@fresh/core`: from files of the routes folder to routes. */

import type { RouteTable } from "./route_table.ts";
import { pathToPattern } from "./router.ts";
import type {
  LayoutConfig,
  MaybeLazy,
  Middleware,
  Route,
  RouteConfig,
  RouteHandler,
} from "./types.ts";

/** What a file may export. */
export interface RouteModule<State> {
  default?: Route<State>["component"] | Middleware<State>[];
  handler?: RouteHandler<unknown, State> | Middleware<State>[];
  handlers?: RouteHandler<unknown, State>;
  config?: RouteConfig & LayoutConfig;
}

/** What a file is for, by upstream's names. */
export type RouteFileType =
  | "app"
  | "layout"
  | "middleware"
  | "error"
  | "notFound"
  | "route";

/** A file of the routes folder, as a snapshot lists it. */
export interface RouteFile<State> {
  /** Path without extension: "/r/[room]". */
  id: string;
  type: RouteFileType;
  /** Where it hangs in the tree of segments; groups are kept. */
  pattern: string;
  /** What addresses must match; groups have vanished. */
  routePattern: string;
  mod: MaybeLazy<RouteModule<State>>;
}

const SPECIAL = new Map<string, RouteFileType>([
  ["_app", "app"],
  ["_layout", "layout"],
  ["_middleware", "middleware"],
  ["_error", "error"],
  ["_500", "error"],
  ["_404", "notFound"],
]);

/** Reads type and patterns out of an id. */
export function describe(id: string): Omit<RouteFile<unknown>, "mod"> {
  const slash = id.lastIndexOf("/");
  const type = SPECIAL.get(id.slice(slash + 1)) ?? "route";
  if (type === "app" || type === "notFound") {
    return { id, type, pattern: "*", routePattern: "*" };
  }
  if (type !== "route") {
    const pattern = pathToPattern(id.slice(1, Math.max(slash, 1)), true);
    return { id, type, pattern, routePattern: pattern };
  }
  let pattern = pathToPattern(id.slice(1), true);
  if (id.endsWith("/index") && pattern !== "/") pattern += "/";
  return { id, type, pattern, routePattern: pathToPattern(id.slice(1)) };
}

/** Specials before pages, fixed names before parameters before rests. */
export function byPrecedence(a: string, b: string): number {
  const rank = (part: string) =>
    [/^_app$/, /^_m/, /^_l/, /^_/, /^index$/, /^[^[(]/, /^\(/, /^\[[^.]/]
      .findIndex((form) => form.test(part)) >>> 0;
  const [one, two] = [a.split("/"), b.split("/")];
  for (let i = 1; i < Math.min(one.length, two.length); i++) {
    const order = rank(one[i]) - rank(two[i]);
    if (order !== 0) return order;
    if (one[i] !== two[i]) return one[i] < two[i] ? -1 : 1;
  }
  return one.length - two.length;
}

function checked<State>(
  { id, type }: RouteFile<State>,
  mod: RouteModule<State>,
) {
  const handler = mod.handlers ?? mod.handler;
  const page = typeof mod.default === "function" ||
    (type === "middleware" && Array.isArray(mod.default));
  if (!page && !handler && typeof mod.config !== "object") {
    throw new Error(`Could not find relevant exports in: ${id}`);
  }
  if (typeof handler === "function" && handler.length > 1) {
    throw new Error(
      `Handlers must only have one argument but found more than one. Check the function signature in: ${id}`,
    );
  }
  const component = mod.default as Route<State>["component"];
  return { component, handler, config: mod.config };
}

/** Adds the files to a table, in their order. */
export function addFileRoutes<State>(
  table: RouteTable<State>,
  files: RouteFile<State>[],
): void {
  for (const file of files) {
    const { id, type, pattern, routePattern, mod } = file;
    if (typeof mod === "function") {
      const load = async () => checked(file, await mod()) as Route<State>;
      table.route(pattern, routePattern, load);
      continue;
    }
    const { component, handler, config } = checked(file, mod);
    const route = { component, handler, config } as Route<State>;
    if (type === "middleware") {
      const found = handler ?? component;
      if (typeof found === "object" && !Array.isArray(found)) {
        console.warn(`Middleware does not support object handlers: ${id}`);
      } else if (found) {
        table.use(pattern, [found].flat() as Middleware<State>[]);
      }
    } else if (type === "app") {
      if (component) table.app(component);
    } else if (type === "layout") {
      if (component) table.layout(pattern, component, config);
    } else if (type === "error") {
      table.onError(pattern, route);
    } else if (type === "notFound") {
      table.notFound(route);
    } else {
      table.route(pattern, config?.routeOverride ?? routePattern, route);
    }
  }
}

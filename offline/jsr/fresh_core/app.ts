/** Stand-in for `@fresh/core`: the app, from its parts to a request handler. */

import { STATUS_CODES } from "node:http";
import { type BuildCache, emptyBuild } from "./build_cache.ts";
import { DEPLOYMENT_ID } from "./build_id.ts";
import {
  Context,
  type WebSocketHandlers,
  type WebSocketUpgradeOptions,
} from "./context.ts";
import { HttpError } from "./error.ts";
import { addFileRoutes } from "./fs_routes.ts";
import { RouteTable } from "./route_table.ts";
import type {
  FreshConfig,
  MaybeLazy,
  MaybeLazyMiddleware,
  Method,
  Middleware,
  ResolvedFreshConfig,
  Route,
} from "./types.ts";

/** Options of `Deno.serve`, and an address to print beside the local one. */
export type ListenOptions =
  & Partial<Deno.ServeTcpOptions & Deno.TlsCertifiedKeyPem>
  & { remoteAddress?: string };

const NO_CONNECTION = {
  remoteAddr: { transport: "tcp", hostname: "localhost", port: 1234 },
  completed: Promise.resolve(),
} as Deno.ServeHandlerInfo<Deno.NetAddr>;

// Where Node's names of statuses are older than upstream's.
const NAMES: Record<number, string> = {
  413: "Content Too Large",
  418: "I'm a teapot",
  422: "Unprocessable Content",
  509: "",
};

function errorResponse(error: unknown): Response {
  if (!(error instanceof HttpError)) {
    console.error(error);
    return new Response("Internal server error", { status: 500 });
  }
  const { status, message } = error;
  if (status >= 500) console.error(error);
  const text = message || (NAMES[status] ?? STATUS_CODES[status]);
  return new Response(text, { status });
}

/** Makes an app serve a build. */
export let setBuildCache: <State>(
  app: App<State>,
  build: BuildCache<State>,
  mode: ResolvedFreshConfig["mode"],
) => void;

type Mws<State> = MaybeLazy<Middleware<State>>[];
type Target<State> = Route<State> | Middleware<State>;

const asRoute = <State>(target: Target<State>): Route<State> =>
  typeof target === "function" ? { handler: target } : target;

/** Middlewares and routes, which apply in the order they are added. */
export class App<State> {
  /** The options in force. */
  config: ResolvedFreshConfig;
  #parts: ((table: RouteTable<State>) => void)[] = [];
  #build: BuildCache<State> | null = null;

  static {
    setBuildCache = (app, build, mode) => {
      app.#build = build;
      app.config.root = build.root;
      app.config.mode = mode;
    };
  }

  constructor(config: FreshConfig = {}) {
    if (config.basePath) throw new Error("The stand-in knows no basePath");
    const { mode = "production", trustProxy = false } = config;
    this.config = { root: ".", basePath: "", mode, trustProxy };
  }

  #add(part: (table: RouteTable<State>) => void): this {
    this.#parts.push(part);
    return this;
  }

  /** Middlewares for what is added after them, at a path or everywhere. */
  use(...middleware: MaybeLazyMiddleware<State>[]): this;
  use(path: string, ...middleware: MaybeLazyMiddleware<State>[]): this;
  use(
    first: string | MaybeLazyMiddleware<State>,
    ...rest: MaybeLazyMiddleware<State>[]
  ): this {
    const path = typeof first === "string" ? first : "*";
    const all = typeof first === "string" ? rest : [first, ...rest];
    return this.#add((table) => table.use(path, all));
  }

  /** What answers where nothing else does. */
  notFound(target: Target<State>): this {
    return this.#add((table) => table.notFound(asRoute(target)));
  }

  /** What answers when something below the path throws. */
  onError(path: string, target: Target<State>): this {
    return this.#add((table) => table.onError(path, asRoute(target)));
  }

  #handle(methods: Method[] | "ALL", path: string, mws: Mws<State>): this {
    return this.#add((table) => table.handle(methods, path, mws));
  }

  get(path: string, ...middlewares: Mws<State>): this {
    return this.#handle(["GET"], path, middlewares);
  }
  post(path: string, ...middlewares: Mws<State>): this {
    return this.#handle(["POST"], path, middlewares);
  }
  patch(path: string, ...middlewares: Mws<State>): this {
    return this.#handle(["PATCH"], path, middlewares);
  }
  put(path: string, ...middlewares: Mws<State>): this {
    return this.#handle(["PUT"], path, middlewares);
  }
  delete(path: string, ...middlewares: Mws<State>): this {
    return this.#handle(["DELETE"], path, middlewares);
  }
  head(path: string, ...middlewares: Mws<State>): this {
    return this.#handle(["HEAD"], path, middlewares);
  }
  all(path: string, ...middlewares: Mws<State>): this {
    return this.#handle("ALL", path, middlewares);
  }

  /** A WebSocket at a path. */
  ws(
    path: string,
    handlers: WebSocketHandlers,
    options?: WebSocketUpgradeOptions,
  ): this {
    return this.get(path, (ctx) => ctx.upgrade(handlers, options));
  }

  /** The routes of the build's routes folder. */
  fsRoutes(): this {
    return this.#add((table) =>
      addFileRoutes(table, this.#build?.routeFiles() ?? [])
    );
  }

  /**
   * The app as a function from requests to responses.
   *
   * @throws {Error} when deployed without a build.
   */
  handler(): (
    request: Request,
    info?: Deno.ServeHandlerInfo,
  ) => Promise<Response> {
    const { mode, trustProxy } = this.config;
    if (!this.#build && mode === "production" && DEPLOYMENT_ID !== undefined) {
      throw new Error(
        "Could not find _fresh directory: the app is deployed but not built.",
      );
    }
    const build = this.#build ?? emptyBuild<State>();
    const table = new RouteTable<State>();
    for (const part of this.#parts) part(table);
    const rootHandler = table.rootHandler();

    return async (req, info = NO_CONNECTION) => {
      const url = new URL(req.url);
      url.pathname = url.pathname.replaceAll(/\/+/g, "/");
      if (trustProxy) {
        const proto = req.headers.get("x-forwarded-proto");
        const host = req.headers.get("x-forwarded-host");
        if (proto) url.protocol = `${proto}:`;
        if (host) url.host = host;
      }
      const method = req.method.toUpperCase() as Method;
      const { pattern, params, item } = table.router.match(method, url);
      const next = () => {
        if (pattern === null || item) throw new HttpError(404);
        if (method !== "OPTIONS") throw new HttpError(405);
        const Allow = table.router.allowed(pattern).join(", ");
        const init = { status: 204, headers: { Allow } };
        return Promise.resolve(new Response(null, init));
      };
      const ctx = new Context<State>(
        req,
        url,
        info,
        pattern,
        params,
        this.config,
        next,
        build,
      );
      try {
        const response = await (item ?? rootHandler)(ctx);
        if (!(response instanceof Response)) {
          throw new Error(
            `Expected a "Response" instance to be returned, but got: ${response}`,
          );
        }
        return method === "HEAD" ? new Response(null, response) : response;
      } catch (error) {
        ctx.error = error;
        return errorResponse(error);
      }
    };
  }

  /** Serves the app; without a port, on the first free one from 8000. */
  async listen(options: ListenOptions = {}): Promise<void> {
    await listenOn(options, this.handler());
  }
}

/** `App.listen` for any handler. */
export async function listenOn(
  options: ListenOptions,
  handler: (req: Request, info: Deno.ServeHandlerInfo) => Promise<Response>,
): Promise<void> {
  const onListen = ({ hostname, port }: Deno.NetAddr) => {
    console.log(`Fresh (stand-in) ready on http://${hostname}:${port}/`);
  };
  const ports = options.port
    ? [options.port]
    : Array.from({ length: 20 }, (_, i) => 8000 + i);
  for (const port of ports) {
    try {
      await Deno.serve({ onListen, ...options, port }, handler).finished;
      return;
    } catch (error) {
      const busy = error instanceof Deno.errors.AddrInUse;
      if (!busy || port === ports.at(-1)) throw error;
    }
  }
}

/** Stand-in for `@fresh/core`: types of routes, handlers and middlewares. */
// deno-lint-ignore-file no-import-prefix

import type {
  AnyComponent,
  ComponentType,
  RenderableProps,
  VNode,
} from "npm:preact@^10.29";
import type { Context } from "./context.ts";

/** Options of `new App()`. */
export interface FreshConfig {
  /** Not in the stand-in: a path other than "" is refused. */
  basePath?: string;
  mode?: "development" | "production";
  /** Whether `X-Forwarded-Proto` and `-Host` may change `ctx.url`. */
  trustProxy?: boolean;
}

/** The options in force. */
export interface ResolvedFreshConfig {
  root: string;
  basePath: string;
  mode: "development" | "production";
  trustProxy: boolean;
}

/** HTTP methods that can be routed. */
export type Method =
  | "HEAD"
  | "GET"
  | "POST"
  | "PATCH"
  | "PUT"
  | "DELETE"
  | "OPTIONS";

/** Something loaded when it is first needed. */
export type Lazy<T> = () => Promise<T>;
/** Something, or its loader. */
export type MaybeLazy<T> = T | Lazy<T>;

/** Answers a request, or lets `ctx.next()` answer it. */
export type Middleware<State> = (
  ctx: Context<State>,
) => Response | Promise<Response>;
/** Older name of {@linkcode Middleware}. */
export type MiddlewareFn<State> = Middleware<State>;
/** A middleware, or a function that loads one. */
export type MaybeLazyMiddleware<State> = (
  ctx: Context<State>,
) => Response | Promise<Response | Middleware<State>>;

/** What a handler returns to have its page rendered. */
export interface PageResponse<T> {
  data: T;
  headers?: HeadersInit;
  status?: number;
}

/** Has the route's component rendered with this data. */
export function page<T>(
  data: T,
  options?: { headers?: HeadersInit; status?: number },
): PageResponse<T>;
export function page(): PageResponse<undefined>;
export function page<T>(
  data?: T,
  options?: { headers?: HeadersInit; status?: number },
): PageResponse<T> {
  const { headers, status } = options ?? {};
  return { data: (data ?? undefined) as T, headers, status };
}

/** One handler: a response, or data for the page. */
export interface HandlerFn<Data, State> {
  (
    ctx: Context<State>,
  ):
    | Response
    | PageResponse<Data>
    | Promise<Response | PageResponse<Data>>;
}

/** A handler for each method. */
export type HandlerByMethod<Data, State> = {
  [M in Method]?: HandlerFn<Data, State>;
};

/** The `handler` export of a route. */
export type RouteHandler<Data, State> =
  | HandlerFn<Data, State>
  | HandlerByMethod<Data, State>;

/** The data that a handler gives its page. */
export type RouteData<Handler extends RouteHandler<unknown, unknown>> =
  Handler extends (RouteHandler<infer Data, unknown>) ? Data : never;

/** The `config` export of a layout. */
export interface LayoutConfig {
  skipInheritedLayouts?: boolean;
  skipAppWrapper?: boolean;
}

/** The `config` export of a route. */
export interface RouteConfig extends LayoutConfig {
  routeOverride?: string;
  csp?: boolean;
  methods?: "ALL" | Method[];
}

/** What pages, layouts and `_app` are given. */
export type PageProps<Data = unknown, T = unknown> =
  & Pick<
    Context<T>,
    | "config"
    | "url"
    | "req"
    | "params"
    | "info"
    | "state"
    | "isPartial"
    | "Component"
    | "error"
    | "route"
  >
  & { data: Data };

/** A component that may be async and may answer by itself. */
export type AsyncAnyComponent<P> = {
  (
    props: RenderableProps<P>,
    // deno-lint-ignore no-explicit-any
    context?: any,
    // deno-lint-ignore no-explicit-any
  ): Promise<VNode<any> | Response | null>;
  displayName?: string;
  defaultProps?: Partial<P> | undefined;
};

/** The component of a page, a layout or `_app`. */
export type RouteComponent<State> =
  | AnyComponent<PageProps<unknown, State>>
  | AsyncAnyComponent<PageProps<unknown, State>>;

/** A page: its component, its handler, or both. */
export interface Route<State> {
  component?: RouteComponent<State>;
  config?: RouteConfig;
  handler?: RouteHandler<unknown, State>;
}

/** An island as the server knows it. */
export interface Island {
  /** Address of its bundle. */
  file: string;
  name: string;
  exportName: string;
  fn: ComponentType;
  css: string[];
}

/** Whether a handler is an object of methods. */
export function isHandlerByMethod<D, S>(
  handler: RouteHandler<D, S> | undefined,
): handler is HandlerByMethod<D, S> {
  return typeof handler === "object" && handler !== null &&
    !Array.isArray(handler);
}

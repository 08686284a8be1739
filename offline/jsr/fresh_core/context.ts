/** Stand-in for `@fresh/core`: what middlewares and handlers are given. */
// deno-lint-ignore-file no-import-prefix

import {
  type FunctionComponent,
  isValidElement,
  type VNode,
} from "npm:preact@^10.29";
import type { BuildCache } from "./build_cache.ts";
import { HttpError } from "./error.ts";
import { renderPage } from "./render.ts";
import type {
  LayoutConfig,
  ResolvedFreshConfig,
  RouteComponent,
} from "./types.ts";

/** Handlers of a managed socket; nothing awaits or guards them. */
export interface WebSocketHandlers {
  open?(socket: WebSocket): void;
  message?(socket: WebSocket, event: MessageEvent): void;
  close?(socket: WebSocket, code: number, reason: string): void;
  error?(socket: WebSocket, event: Event | ErrorEvent): void;
}

/** Options of `Deno.upgradeWebSocket`. */
export interface WebSocketUpgradeOptions {
  /** Seconds without an answer to a ping until the socket is closed. */
  idleTimeout?: number;
  protocol?: string;
}

/** The wrapper and the layouts, outermost first, around the next page. */
export interface Frame<State> {
  app: RouteComponent<State> | null;
  layouts: RouteComponent<State>[];
}

/** Where a context keeps its frame; not for applications. */
export const FRAME = Symbol("frame");
/** Where a context keeps the build it serves; not for applications. */
export const BUILD = Symbol("build");

const SOCKET_EVENTS = ["open", "message", "close", "error"] as const;

/** One request on its way through middlewares, handler and page. */
export class Context<State> {
  readonly config: ResolvedFreshConfig;
  readonly url: URL;
  req: Request;
  /** The matched pattern, if any. */
  readonly route: string | null;
  readonly params: Record<string, string>;
  readonly state: State = {} as State;
  data: unknown = undefined;
  /** What was thrown, once something was. */
  error: unknown | null = null;
  readonly info: Deno.ServeHandlerInfo;
  readonly isPartial: boolean;
  /** Lets the next middleware, and finally the handler, answer. */
  next: () => Promise<Response>;
  Component!: FunctionComponent;

  [FRAME]: Frame<State> = { app: null, layouts: [] };
  [BUILD]: BuildCache<State>;

  constructor(
    req: Request,
    url: URL,
    info: Deno.ServeHandlerInfo,
    route: string | null,
    params: Record<string, string>,
    config: ResolvedFreshConfig,
    next: () => Promise<Response>,
    build: BuildCache<State>,
  ) {
    this.req = req;
    this.url = url;
    this.info = info;
    this.route = route;
    this.params = params;
    this.config = config;
    this.isPartial = url.searchParams.has("fresh-partial");
    this.next = next;
    this[BUILD] = build;
  }

  /** A redirect; a path never turns into another host's address. */
  redirect(pathOrUrl: string, status = 302): Response {
    let location = pathOrUrl;
    if (pathOrUrl.startsWith("/")) {
      const [, path, rest] = pathOrUrl.match(/^([^?#]*)(.*)$/s)!;
      location = path.replaceAll(/\/+/g, "/") + rest;
    }
    return new Response(null, { status, headers: { location } });
  }

  /**
   * An HTML response: the node inside the layouts and the app wrapper.
   *
   * @throws {Error} when it is given something else than JSX or null.
   */
  render(
    // deno-lint-ignore no-explicit-any
    vnode: VNode<any> | null,
    init: ResponseInit = {},
    config: LayoutConfig = {},
  ): Promise<Response> {
    if (vnode !== null && !isValidElement(vnode)) {
      const problem = arguments.length === 0
        ? "No arguments"
        : "Non-JSX element";
      throw new Error(`${problem} passed to: ctx.render()`);
    }
    return renderPage(this, vnode, init, config);
  }

  /** A plain text response. */
  text(content: string, init?: ResponseInit): Response {
    return new Response(content, init);
  }

  /** A response of ready HTML. */
  html(content: string, init?: ResponseInit): Response {
    const headers = new Headers(init?.headers);
    headers.set("Content-Type", "text/html; charset=utf-8");
    return new Response(content, { ...init, headers });
  }

  /** A JSON response. */
  // deno-lint-ignore no-explicit-any
  json(content: any, init?: ResponseInit): Response {
    return Response.json(content, init);
  }

  /**
   * Turns the request into a WebSocket: with handlers, answers for it; with
   * options only or nothing, gives the socket and the response to return.
   *
   * @throws {HttpError} 400 when the request asks for no WebSocket.
   */
  upgrade(
    options?: WebSocketUpgradeOptions,
  ): { socket: WebSocket; response: Response };
  upgrade(
    handlers: WebSocketHandlers,
    options?: WebSocketUpgradeOptions,
  ): Response;
  upgrade(
    first?: WebSocketHandlers | WebSocketUpgradeOptions,
    second?: WebSocketUpgradeOptions,
  ): { socket: WebSocket; response: Response } | Response {
    const given = (first ?? {}) as WebSocketHandlers;
    const managed = SOCKET_EVENTS.some((type) =>
      typeof given[type] === "function"
    );
    if (this.req.headers.get("upgrade")?.toLowerCase() !== "websocket") {
      throw new HttpError(400, "Expected a WebSocket upgrade request");
    }
    const options = managed ? second : first as WebSocketUpgradeOptions;
    const { socket, response } = Deno.upgradeWebSocket(this.req, options);
    if (!managed) return { socket, response };

    const { open, message, close, error } = given;
    if (open) socket.addEventListener("open", () => given.open!(socket));
    if (message) {
      socket.addEventListener(
        "message",
        (event) => given.message!(socket, event),
      );
    }
    if (close) {
      socket.addEventListener("close", ({ code, reason }) => {
        given.close!(socket, code, reason);
      });
    }
    if (error) {
      socket.addEventListener("error", (event) => given.error!(socket, event));
    }
    return response;
  }
}

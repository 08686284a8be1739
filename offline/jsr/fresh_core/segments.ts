/** Stand-in for `@fresh/core`: the tree of path segments, which decides what
 * wraps a route: middlewares, layouts, error pages; and their composition.
 */

import { type Context, FRAME } from "./context.ts";
import { HttpError } from "./error.ts";
import { pageNode } from "./render.ts";
import {
  type HandlerFn,
  isHandlerByMethod,
  type LayoutConfig,
  type MaybeLazyMiddleware,
  type Method,
  type Middleware,
  type Route,
  type RouteComponent,
} from "./types.ts";

/** One segment of a path ("r" of "/r/:room") and what was set for it. */
export class Segment<State> {
  middlewares: MaybeLazyMiddleware<State>[] = [];
  layout: { component: RouteComponent<State>; config?: LayoutConfig } | null =
    null;
  app: RouteComponent<State> | null = null;
  errorRoute: Route<State> | null = null;
  /** On the root only: what answers where nothing else does. */
  notFound: Middleware<State> | null = null;
  #children = new Map<string, Segment<State>>();

  constructor(readonly parent: Segment<State> | null = null) {}

  /** The segment of a pattern, or of its folder. */
  at(pattern: string, withLast: boolean): Segment<State> {
    // deno-lint-ignore no-this-alias
    let segment: Segment<State> = this;
    if (["/", "*", "/*"].includes(pattern)) return segment;
    const parts = pattern.split("/").slice(1);
    if (!withLast) parts.pop();
    for (const part of parts.filter((part) => part !== "")) {
      let child = segment.#children.get(part);
      if (child === undefined) {
        child = new Segment(segment);
        segment.#children.set(part, child);
      }
      segment = child;
    }
    return segment;
  }

  /** All that a route in this segment passes through, outermost first. */
  steps(root: Segment<State>): MaybeLazyMiddleware<State>[] {
    const { app, layout, errorRoute } = this;
    const frame: Middleware<State> = async (ctx) => {
      const { app: oldApp, layouts } = ctx[FRAME];
      const bare = layout?.config?.skipAppWrapper;
      ctx[FRAME] = {
        app: bare ? null : app ?? oldApp,
        layouts: layout === null
          ? layouts
          : layout.config?.skipInheritedLayouts
          ? [layout.component]
          : [...layouts, layout.component],
      };
      try {
        return await ctx.next();
      } catch (error) {
        const status = error instanceof HttpError ? error.status : 500;
        if (status === 404 && root.notFound) return await root.notFound(ctx);
        if (errorRoute) return await answer(ctx, errorRoute, status);
        throw error;
      }
    };
    const outer = this.parent?.steps(root) ?? [];
    return [...outer, frame, ...this.middlewares];
  }
}

/** Runs steps one inside the other, and `ctx.next` as it was inside all. */
export function compose<State>(
  steps: MaybeLazyMiddleware<State>[],
): Middleware<State> {
  return (ctx) => {
    const last = ctx.next;
    const run = async (index: number): Promise<Response> => {
      if (index === steps.length) return await last();
      const frame = ctx[FRAME];
      ctx.next = () => run(index + 1);
      try {
        const result = await steps[index](ctx);
        if (typeof result !== "function") return result;
        steps[index] = result;
        return await result(ctx);
      } catch (error) {
        ctx.error = error;
        throw error;
      } finally {
        ctx[FRAME] = frame;
      }
    };
    return run(0);
  };
}

/** Lets a route answer: its handler, and its component with the data. */
export async function answer<State>(
  ctx: Context<State>,
  route: Route<State>,
  status = 200,
): Promise<Response> {
  if (route.config?.skipAppWrapper) ctx[FRAME] = { ...ctx[FRAME], app: null };
  if (route.config?.skipInheritedLayouts) {
    ctx[FRAME] = { ...ctx[FRAME], layouts: [] };
  }

  const method = ctx.req.method.toUpperCase() as Method;
  let handler: HandlerFn<unknown, State> | undefined;
  if (isHandlerByMethod(route.handler)) {
    const { handler: handlers } = route;
    handler = handlers[method] ??
      (method === "HEAD" ? handlers.GET : undefined);
  } else {
    handler = route.handler;
  }
  const result = handler ? await handler(ctx) : await ctx.next();
  if (result instanceof Response) return result;

  const headers = new Headers({ "Content-Type": "text/html;charset=utf-8" });
  new Headers(result.headers).forEach((value, name) =>
    headers.set(name, value)
  );
  const node = route.component
    ? await pageNode(ctx, route.component, result.data)
    : null;
  if (node instanceof Response) return node;
  return ctx.render(node, { headers, status: result.status ?? status });
}

/** Gives a page without handler one that renders it. */
export function withHandler<State>(route: Route<State>): Route<State> {
  const render: HandlerFn<unknown, State> = () => ({ data: {} });
  const missing: HandlerFn<unknown, State> = () => {
    throw new HttpError(404);
  };
  if (route.handler === undefined) {
    route.handler = route.component ? render : missing;
  } else if (isHandlerByMethod(route.handler) && route.component) {
    route.handler = { ...route.handler };
    route.handler.GET ??= render;
  }
  return route;
}

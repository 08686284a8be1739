/** Stand-in for `@fresh/core`: routes while an app's handler is put together. */

import { Router } from "./router.ts";
import { answer, compose, Segment, withHandler } from "./segments.ts";
import {
  isHandlerByMethod,
  type LayoutConfig,
  type MaybeLazy,
  type MaybeLazyMiddleware,
  type Method,
  type Middleware,
  type Route,
  type RouteComponent,
} from "./types.ts";

const ALL: Method[] = [
  "GET",
  "DELETE",
  "HEAD",
  "OPTIONS",
  "PATCH",
  "POST",
  "PUT",
];

/** Tree of segments and router, filled in the order of the app's calls. */
export class RouteTable<State> {
  readonly router = new Router<Middleware<State>>();
  #root = new Segment<State>();

  /** What unmatched requests pass through. */
  rootHandler(): Middleware<State> {
    return compose(this.#root.steps(this.#root));
  }

  use(pattern: string, middlewares: MaybeLazyMiddleware<State>[]): void {
    this.#root.at(pattern, true).middlewares.push(...middlewares);
  }

  app(component: RouteComponent<State>): void {
    this.#root.app = component;
  }

  layout(
    pattern: string,
    component: RouteComponent<State>,
    config?: LayoutConfig,
  ): void {
    this.#root.at(pattern, true).layout = { component, config };
  }

  onError(pattern: string, route: Route<State>): void {
    this.#root.at(pattern, true).errorRoute = withHandler(route);
  }

  notFound(route: Route<State>): void {
    withHandler(route);
    this.#root.notFound = (ctx) => answer(ctx, route);
  }

  handle(
    methods: Method[] | "ALL",
    path: string,
    middlewares: MaybeLazy<Middleware<State>>[],
  ): void {
    const steps = this.#root.at(path, true).steps(this.#root);
    steps.push(...middlewares as MaybeLazyMiddleware<State>[]);
    this.router.add(
      methods === "ALL" ? ALL : methods,
      path === "*" ? "/*" : path || "*",
      compose(steps),
    );
  }

  /** A page; one loaded later is asked for every method. */
  route(
    pattern: string,
    path: string,
    route: MaybeLazy<Route<State>>,
  ): void {
    const steps = this.#root.at(pattern, false).steps(this.#root);
    let loaded: Route<State> | undefined;
    if (typeof route !== "function") loaded = withHandler(route);
    steps.push(async (ctx) => {
      loaded ??= withHandler(await (route as () => Promise<Route<State>>)());
      return await answer(ctx, loaded);
    });
    const methods = loaded && isHandlerByMethod(loaded.handler)
      ? Object.keys(loaded.handler) as Method[]
      : ALL;
    this.router.add(methods, path, compose(steps));
  }
}

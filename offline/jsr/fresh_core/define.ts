/** Stand-in for `@fresh/core`: functions that only help types along. */
// deno-lint-ignore-file no-import-prefix

import type { AnyComponent } from "npm:preact@^10.29";
import type {
  HandlerByMethod,
  HandlerFn,
  Middleware,
  PageProps,
  RouteHandler,
} from "./types.ts";

/** Identity functions that know the app's `State`. */
export interface Define<State> {
  handlers<
    Data,
    Handlers extends RouteHandler<Data, State> = RouteHandler<Data, State>,
  >(handlers: Handlers): typeof handlers;
  page<
    // deno-lint-ignore no-explicit-any
    Handler extends RouteHandler<any, State> = never,
    Data = Handler extends HandlerFn<infer Data, State> ? Data
      : Handler extends HandlerByMethod<infer Data, State> ? Data
      : never,
  >(render: AnyComponent<PageProps<Data, State>>): typeof render;
  middleware<M extends Middleware<State> | Middleware<State>[]>(
    middleware: M,
  ): typeof middleware;
  layout(render: AnyComponent<PageProps<unknown, State>>): typeof render;
}

/** Makes the functions for one type of state. */
export function createDefine<State>(): Define<State> {
  const same = <T>(value: T): T => value;
  return { handlers: same, page: same, middleware: same, layout: same };
}

/** Stand-in for `@fresh/core`: pages, layouts and the wrapper into HTML. */
// deno-lint-ignore-file no-import-prefix

import {
  Fragment,
  type FunctionComponent,
  h,
  type VNode,
} from "npm:preact@^10.29";
import { jsxTemplate } from "npm:preact@^10.29/jsx-runtime";
import { renderToString } from "npm:preact-render-to-string@^6.6.3";
import { BUILD, type Context, FRAME } from "./context.ts";
import { NONCE } from "./csp.ts";
import { Boot, PageState } from "./page_state.ts";
import type {
  AsyncAnyComponent,
  LayoutConfig,
  PageProps,
  RouteComponent,
} from "./types.ts";

type Node = VNode | null;

/** A component's node, with the page's props; awaited if it is async. */
export async function pageNode<State>(
  ctx: Context<State>,
  component: RouteComponent<State>,
  data: unknown,
  Component: FunctionComponent = () => null,
): Promise<Node | Response> {
  const { config, url, req, params, info, state, isPartial, error, route } =
    ctx;
  const props: PageProps<unknown, State> = {
    config,
    url,
    req,
    params,
    info,
    state,
    isPartial,
    error,
    route,
    data,
    Component,
  };
  if (component.constructor.name === "AsyncFunction") {
    return await (component as AsyncAnyComponent<typeof props>)(props);
  }
  return h(component as FunctionComponent<typeof props>, props) as VNode;
}

/** Adds the outer elements that neither the page nor the wrapper rendered. */
function complete(html: string, tags: Set<string>): string {
  if (["html", "head", "body"].every((tag) => tags.has(tag))) return html;
  let node: VNode = jsxTemplate([html]);
  // The body's own node brings the script; here it is asked for outright.
  if (!tags.has("body")) node = h("body", null, node, h(Boot, null)) as VNode;
  if (!tags.has("head")) {
    const head = h("head", null, h("meta", { charset: "utf-8" }));
    node = h(Fragment, null, head, node);
  }
  if (!tags.has("html")) node = h("html", null, node) as VNode;
  return renderToString(node);
}

function preloads(page: PageState): string {
  const files = [page.build.clientEntry];
  for (const { file } of page.islands) files.push(file);
  return files
    .map((file) => `<${encodeURI(file)}>; rel="modulepreload"; as="script"`)
    .join(", ");
}

/** `ctx.render`: the response for a node inside its layouts and wrapper. */
export async function renderPage<State>(
  ctx: Context<State>,
  vnode: Node,
  init: ResponseInit,
  config: LayoutConfig,
): Promise<Response> {
  const { app, layouts } = ctx[FRAME];
  let node: Node = vnode;
  for (
    const layout of config.skipInheritedLayouts ? [] : layouts.toReversed()
  ) {
    const inner = node;
    const result = await pageNode(ctx, layout, null, () => inner);
    if (result instanceof Response) return result;
    node = result;
  }

  // The page is rendered before its wrapper, whose <head> it may add to.
  let inner: Node = node;
  const outer = app && !config.skipAppWrapper
    ? await pageNode(ctx, app, null, () => inner)
    : null;
  if (outer instanceof Response) return outer;

  const page = new PageState(ctx.url, ctx[BUILD]);
  const html = page.gather(() => {
    let html = renderToString(node ?? h(Fragment, null));
    if (outer) {
      inner = jsxTemplate([html]);
      html = renderToString(outer);
    }
    return complete(html, page.tags);
  });

  const headers = new Headers(init.headers);
  headers.set("Content-Type", "text/html; charset=utf-8");
  if (page.needsClient) headers.append("Link", preloads(page));
  const response = new Response(`<!DOCTYPE html>${html}`, { ...init, headers });
  return Object.assign(response, { [NONCE]: page.nonce });
}

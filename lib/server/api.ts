/** What every route of the HTTP API has in common. */
import type { Context } from "fresh";
import type { State } from "../define.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { problem } from "./problem.ts";
import { requestAddress } from "./request_address.ts";
import type { RoomRecord } from "./rooms.ts";

/** Methods that routes answer. HEAD is GET without the body, and OPTIONS tells of the others. */
export type ApiMethod = "GET" | "POST" | "PATCH" | "DELETE";
type ApiContext = Context<State>;
type ApiHandlers = {
  [M in ApiMethod]?: (ctx: ApiContext) => Response | Promise<Response>;
};

/** A route's handler by method. Other methods get 405 with `Allow` (RFC 9110, 15.5.6); Fresh would say 404 to them. */
export function api(handlers: ApiHandlers) {
  const allow = Object.keys(handlers)
    .flatMap((method) => method === "GET" ? ["GET", "HEAD"] : [method])
    .concat("OPTIONS").join(", ");
  const handler = async (ctx: ApiContext): Promise<Response> => {
    const method = ctx.req.method === "HEAD" ? "GET" : ctx.req.method;
    if (method === "OPTIONS") {
      return new Response(null, { status: 204, headers: { Allow: allow } });
    }
    if (Object.hasOwn(handlers, method)) {
      return await handlers[method as ApiMethod]!(ctx);
    }
    const response = problem(new ProtocolError("method-not-allowed"));
    response.headers.set("Allow", allow);
    return response;
  };
  return Object.assign(handler, { methods: Object.keys(handlers) });
}

/** An answer in JSON. */
export function answer(
  body: object,
  options: { status?: number; headers?: Record<string, string> } = {},
): Response {
  return Response.json(body, options);
}

/** The fields of an answer that a client asked for, in `include` of its body or `?include=a,b`; all of them when it asked for none. */
export function included<T extends object>(
  body: T,
  ctx: ApiContext,
  fromBody: readonly string[] = [],
): Partial<T> {
  const names = new Set([
    ...fromBody,
    ...ctx.url.searchParams.getAll("include").flatMap((text) =>
      text.split(",").map((name) => name.trim())
    ),
  ]);
  names.delete("");
  if (names.size === 0) return body;
  const fields = Object.entries(body).filter(([name]) => names.has(name));
  return Object.fromEntries(fields) as Partial<T>;
}

/**
 * The room that a path names.
 *
 * @throws {ProtocolError} `room-not-found`, whether it never was, is over or was closed.
 */
export async function roomOf(ctx: ApiContext): Promise<RoomRecord> {
  const room = await ctx.state.instance.rooms.find(ctx.params.id);
  if (!room) throw new ProtocolError("room-not-found");
  return room;
}

/** Whom to count a request against. */
export function addressOf(ctx: ApiContext): string {
  const { trustedProxies } = ctx.state.instance.settings;
  return requestAddress(ctx.req, ctx.info.remoteAddr, trustedProxies);
}

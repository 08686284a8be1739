import { type Context, HttpError } from "fresh";
import { define, type State } from "@/lib/define.ts";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import { addressOf } from "@/lib/server/api.ts";
import { isPreflight, preflightAnswer, shareWith } from "@/lib/server/cors.ts";
import type { LogFields } from "@/lib/server/log.ts";
import { problem } from "@/lib/server/problem.ts";
import { nameRequest } from "@/lib/server/tracing.ts";

/** Paths whose answers are for programs: their errors are problem documents, and nothing keeps their answers. */
const FOR_PROGRAMS =
  /^\/(api|ws|signaling|cloudflare|healthz|readyz|metrics)(\/|$)/;
/** Those of them that pages of other sites may use, and that are limited. */
const API = /^\/(api|signaling|cloudflare)(\/|$)/;

const identify = define.middleware((ctx) => {
  ctx.state.requestId = crypto.randomUUID();
  ctx.state.beganAt = ctx.state.instance.clock.monotonic();
  return ctx.next();
});

/** Counts and times each request by its route, and names its span. */
const measure = define.middleware(async (ctx) => {
  const { metrics } = ctx.state.instance;
  const { method, route } = words(ctx);
  let status = 500;
  nameRequest(method, route);
  try {
    const response = await ctx.next();
    status = response.status;
    return response;
  } catch (error) {
    if (error instanceof HttpError) status = error.status;
    throw error;
  } finally {
    metrics.requests.observe(
      { method, route, status: `${Math.floor(status / 100)}xx` },
      age(ctx) / 1_000,
    );
  }
});

/** Turns what a route throws into an answer, and logs what was our fault. Pages have their own way: `_error.tsx`. */
const answerErrors = define.middleware(async (ctx) => {
  const { instance, requestId } = ctx.state;
  if (!FOR_PROGRAMS.test(ctx.url.pathname)) {
    try {
      return await ctx.next();
    } catch (error) {
      if (!isRefusal(error)) logFailure(ctx, error);
      throw error;
    }
  }
  let response: Response;
  try {
    response = await ctx.next();
  } catch (error) {
    const known = toProtocolError(error);
    instance.metrics.refusedRequests.inc({ ...words(ctx), code: known.code });
    logRefusal(ctx, known, error);
    response = problem(known, requestId);
  }
  if (response.status === 101) return response;
  response.headers.set("Cache-Control", "no-store");
  response.headers.set("X-Request-Id", requestId);
  return response;
});

const cors = define.middleware(async (ctx) => {
  if (!API.test(ctx.url.pathname)) return await ctx.next();
  const { settings } = ctx.state.instance;
  if (isPreflight(ctx.req)) return preflightAnswer(ctx.req, settings);
  return shareWith(await ctx.next(), ctx.req, settings);
});

const limitRequests = define.middleware((ctx) => {
  if (API.test(ctx.url.pathname)) {
    ctx.state.instance.limits.requests.take(addressOf(ctx));
  }
  return ctx.next();
});

/** Outermost first. CORS comes before what may fail, so that a page of another site can read why. */
export default define.middleware([
  identify,
  measure,
  cors,
  answerErrors,
  limitRequests,
]);

/** One line: an error where the fault is ours, a warning where it is the store's, else who was refused and why. */
function logRefusal(
  ctx: Context<State>,
  { code, status }: ProtocolError,
  error: unknown,
): void {
  const { log } = ctx.state.instance;
  const fields = { ...about(ctx), code, status };
  if (code === "internal") return logFailure(ctx, error);
  if (code === "unavailable") {
    return log.warn("store-unavailable", { ...fields, error });
  }
  log.info("request-refused", fields);
}

function logFailure(ctx: Context<State>, error: unknown): void {
  ctx.state.instance.log.error("request-failed", { ...about(ctx), error });
}

function about(ctx: Context<State>): LogFields {
  const { requestId } = ctx.state;
  return { requestId, ...words(ctx), milliseconds: Math.round(age(ctx)) };
}

/** Milliseconds since a request came. */
function age({ state }: Context<State>): number {
  return state.instance.clock.monotonic() - state.beganAt;
}

/** A request's method and route in words of ours. */
function words(ctx: Context<State>): { method: string; route: string } {
  return { method: ctx.req.method, route: ctx.route ?? "none" };
}

function isRefusal(error: unknown): boolean {
  return error instanceof HttpError && error.status < 500;
}

function toProtocolError(error: unknown): ProtocolError {
  if (error instanceof ProtocolError) return error;
  if (error instanceof HttpError && error.status === 404) {
    return new ProtocolError("not-found");
  }
  if (error instanceof HttpError && error.status === 405) {
    return new ProtocolError("method-not-allowed");
  }
  if (error instanceof HttpError && error.status === 400) {
    return new ProtocolError("invalid-message", { cause: error });
  }
  return new ProtocolError("internal", { cause: error });
}

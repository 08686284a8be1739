import { type Context, HttpError } from "fresh";
import { define, type State } from "@/lib/define.ts";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import { addressOf } from "@/lib/server/api.ts";
import { isPreflight, preflightAnswer, shareWith } from "@/lib/server/cors.ts";
import { problem } from "@/lib/server/problem.ts";

/** Paths whose answers are for programs: their errors are problem documents, and nothing keeps their answers. */
const FOR_PROGRAMS =
  /^\/(api|ws|signaling|cloudflare|healthz|readyz|metrics)(\/|$)/;
/** Those of them that pages of other sites may use, and that are limited. */
const API = /^\/(api|signaling|cloudflare)(\/|$)/;

const identify = define.middleware((ctx) => {
  ctx.state.requestId = crypto.randomUUID();
  return ctx.next();
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
    if (known.code === "internal") logFailure(ctx, error);
    if (known.code === "unavailable") {
      instance.log.warn("store-unavailable", { error, requestId });
    }
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
  cors,
  answerErrors,
  limitRequests,
]);

function logFailure(ctx: Context<State>, error: unknown): void {
  const { instance, requestId } = ctx.state;
  instance.log.error("request-failed", {
    error,
    requestId,
    method: ctx.req.method,
    route: ctx.route ?? undefined,
  });
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

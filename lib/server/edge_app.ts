import { App } from "fresh";
import type { State } from "../define.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { builtPreloads } from "./built_with.ts";
import type { Log } from "./log.ts";
import { addPreloads } from "./preloads.ts";
import { problem } from "./problem.ts";
import { httpsRedirect, withSecurityHeaders } from "./security_headers.ts";
import type { Settings } from "./settings.ts";

type Handler = (
  request: Request,
  info?: Deno.ServeHandlerInfo,
) => Promise<Response>;

/**
 * A Fresh app whose every answer passes one place last. Middleware cannot be that place: an error that leaves the routes passes it as an
 * exception, and the error page is made behind its back; and a path that cannot be decoded (`/api/rooms/%ff`) makes Fresh's router throw
 * before any middleware runs.
 */
export class EdgeApp extends App<State> {
  readonly #settings: Settings;
  readonly #log: Log;

  constructor(settings: Settings, log: Log) {
    super();
    this.#settings = settings;
    this.#log = log;
  }

  override handler(): Handler {
    const inner = super.handler();
    return async (request, info) => {
      const response = httpsRedirect(request, this.#settings) ??
        refuseMethod(request) ??
        await inner(request, info).catch((error) => this.#failed(error));
      addPreloads(response, builtPreloads());
      return withSecurityHeaders(response, request, this.#settings);
    };
  }

  #failed(error: unknown): Response {
    if (error instanceof URIError) {
      return problem(new ProtocolError("not-found"));
    }
    this.#log.error("request-failed", { error });
    return problem(new ProtocolError("internal"));
  }
}

/** The methods that Fresh's router knows; it throws on any other word. */
const METHODS = /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/;

function refuseMethod({ method }: Request): Response | null {
  if (METHODS.test(method)) return null;
  return problem(new ProtocolError("method-not-allowed"));
}

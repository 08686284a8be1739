/** Failures as problem documents (RFC 9457). */
import {
  type ErrorCode,
  type ERRORS,
  type ProtocolError,
} from "../protocol/errors.ts";

/** RFC 9110, 15: the phrases of the statuses that {@linkcode import("../protocol/errors.ts").ERRORS} uses. */
const TITLES: Readonly<Record<(typeof ERRORS)[ErrorCode][0], string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  413: "Content Too Large",
  423: "Locked",
  426: "Upgrade Required",
  429: "Too Many Requests",
  500: "Internal Server Error",
  501: "Not Implemented",
  503: "Service Unavailable",
};

/** How long to wait when a failure that needs a `Retry-After` does not say. */
const DEFAULT_RETRY_MS = 1_000;

/**
 * The answer that tells a client of a failure. Its `type` is `about:blank`, so `title` is the status in words (RFC 9457, 4.2.1); what it
 * was exactly is in `code`. `requestId` goes into `instance`, for failures that our log has more of.
 */
export function problem(error: ProtocolError, requestId?: string): Response {
  const { status } = error;
  const headers = new Headers({
    "Content-Type": "application/problem+json",
    "Cache-Control": "no-store",
  });
  if (status === 401) headers.set("WWW-Authenticate", "Bearer");
  if (status === 426) headers.set("Upgrade", "websocket");
  if (status === 429 || status === 503) {
    const wait = error.retryAfter ?? DEFAULT_RETRY_MS;
    headers.set("Retry-After", String(Math.max(1, Math.ceil(wait / 1_000))));
  }
  const body = {
    type: "about:blank",
    title: TITLES[status as keyof typeof TITLES],
    status,
    code: error.code,
    detail: error.message,
    ...(error.fields.length > 0 ? { errors: error.fields } : {}),
    ...(requestId && status === 500
      ? { instance: `urn:uuid:${requestId}` }
      : {}),
  };
  return new Response(JSON.stringify(body), { status, headers });
}

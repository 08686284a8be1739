/** Headers that tell browsers what our pages may do, and what may be done with them. */
import { clientScheme, ownOrigin } from "./origin.ts";
import type { Settings } from "./settings.ts";

type HeaderSettings = Pick<
  Settings,
  "publicOrigin" | "trustedProxies" | "corsOrigins"
>;

/** What a call page uses, for itself only; and what no page of ours uses, for nobody. Names that Chromium does not know are errors in its console. */
const PERMISSIONS = [
  ...[
    "autoplay",
    "camera",
    "display-capture",
    "fullscreen",
    "microphone",
    "picture-in-picture",
    "screen-wake-lock",
  ].map((feature) => `${feature}=(self)`),
  ...[
    "accelerometer",
    "encrypted-media",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "midi",
    "payment",
    "publickey-credentials-get",
    "serial",
    "usb",
    "xr-spatial-tracking",
  ].map((feature) => `${feature}=()`),
].join(", ");

/** Two years, as preload lists want it (RFC 6797). */
const HSTS = "max-age=63072000; includeSubDomains";

/** Under this key Fresh's render leaves the nonce that it gave to the page's inline scripts. */
const FRESH_NONCE = Symbol.for("__freshNonce");

type Rendered = Response & { [FRESH_NONCE]?: string };

/** The page that is sent in a rendered one's place, whose inline scripts have the same nonce. */
export function withNonceOf(rendered: Rendered, page: Response): Response {
  return Object.assign(page, { [FRESH_NONCE]: rendered[FRESH_NONCE] });
}

/**
 * Content Security Policy (Level 3): nothing but what is listed, and nothing from other hosts.
 *
 * Fresh's own `csp()` is not used: it starts from `default-src 'self'` and `upgrade-insecure-requests`, leaves `'unsafe-inline'` in whatever
 * was not rendered, does not know the request's host, and never sees the pages that answer errors.
 */
function contentSecurityPolicy(origin: string, nonce?: string): string {
  const host = new URL(origin).host;
  const scheme = origin.startsWith("https:") ? "wss" : "ws";
  // A host header may hold marks that mean something in a policy.
  const socket = /^[\w.:[\]-]+$/.test(host) ? ` ${scheme}://${host}` : "";
  return [
    "default-src 'none'",
    `script-src 'self'${nonce ? ` 'nonce-${nonce}'` : ""}`,
    "style-src 'self'",
    // Safari before 15.4 does not count a WebSocket to ourselves as 'self'.
    `connect-src 'self'${socket}`,
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "worker-src 'self' blob:",
    "manifest-src 'self'",
    "font-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/**
 * The response with the headers that every answer of ours has: pages, errors, files and API alike. The answer to a WebSocket upgrade is left
 * as it is.
 */
export function withSecurityHeaders(
  response: Response,
  request: Request,
  settings: HeaderSettings,
): Response {
  if (response.status === 101) return response;
  const nonce = (response as Rendered)[FRESH_NONCE];
  const headers: Record<string, string> = {
    "Content-Security-Policy": contentSecurityPolicy(
      ownOrigin(request, settings),
      nonce,
    ),
    "Permissions-Policy": PERMISSIONS,
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
  };
  if (clientScheme(request, settings) === "https") {
    headers["Strict-Transport-Security"] = HSTS;
  }
  return withHeaders(response, headers);
}

/** Sets headers; on a copy where they cannot be changed, as with redirects. */
function withHeaders(
  response: Response,
  headers: Record<string, string>,
): Response {
  try {
    for (const [name, value] of Object.entries(headers)) {
      response.headers.set(name, value);
    }
    return response;
  } catch {
    const copy = new Response(response.body, response);
    for (const [name, value] of Object.entries(headers)) {
      copy.headers.set(name, value);
    }
    return copy;
  }
}

/** Where a request that came over plain http to a trusted proxy is to go instead; undefined when it may stay. */
export function httpsRedirect(
  request: Request,
  settings: HeaderSettings,
): Response | undefined {
  const forwarded = settings.trustedProxies > 0 &&
    request.headers.has("X-Forwarded-Proto");
  if (!forwarded || clientScheme(request, settings) === "https") return;
  if (settings.publicOrigin?.startsWith("http:")) return;
  const { hostname, pathname, search } = new URL(request.url);
  const origin = settings.publicOrigin ?? `https://${hostname}`;
  return new Response(null, {
    status: 308,
    headers: {
      Location: `${origin}${pathname.replace(/\/+/g, "/")}${search}`,
      "Cache-Control": "no-store",
    },
  });
}

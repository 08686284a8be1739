/** Where a request comes from and where it went to, as browsers see it. */
import type { Settings } from "./settings.ts";

type OriginSettings = Pick<
  Settings,
  "publicOrigin" | "trustedProxies" | "corsOrigins"
>;

/**
 * The scheme that the client used: what a trusted proxy says in `X-Forwarded-Proto`, or the connection's own. The last value counts: the
 * nearest proxy wrote it.
 */
export function clientScheme(
  request: Request,
  settings: OriginSettings,
): "http" | "https" {
  const { protocol } = new URL(request.url);
  const forwarded = settings.trustedProxies > 0
    ? request.headers.get("X-Forwarded-Proto")?.split(",").at(-1)?.trim()
    : undefined;
  const scheme = forwarded?.toLowerCase() ?? protocol.slice(0, -1);
  return scheme === "https" ? "https" : "http";
}

/** Our own origin as this request's client knows it: the configured one, or the request's scheme and `Host`. */
export function ownOrigin(request: Request, settings: OriginSettings): string {
  return settings.publicOrigin ??
    new URL(
      `${clientScheme(request, settings)}://${new URL(request.url).host}`,
    ).origin;
}

/**
 * Whether a request with this `Origin` comes from a page that may use us: one of ours, or one in `CORS_ORIGIN`. Compared as a whole
 * (RFC 6454, 5): another scheme, port or subdomain is another origin. `null`, which sandboxed pages and files send, is nobody's.
 */
export function isAllowedOrigin(
  origin: string,
  request: Request,
  settings: OriginSettings,
): boolean {
  return origin === ownOrigin(request, settings) ||
    settings.corsOrigins.includes(origin);
}

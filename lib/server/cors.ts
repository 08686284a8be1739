/** Use of the API by pages of other sites (the Fetch standard's CORS), as far as `CORS_ORIGIN` allows. */
import { isAllowedOrigin } from "./origin.ts";
import type { Settings } from "./settings.ts";

type CorsSettings = Pick<
  Settings,
  "publicOrigin" | "trustedProxies" | "corsOrigins"
>;

/** Seconds for which a browser need not ask again. */
const PREFLIGHT_LIFE_SECONDS = 600;

/** Whether a browser asks what a page may send, before it sends it. */
export function isPreflight(request: Request): boolean {
  return request.method === "OPTIONS" && request.headers.has("Origin") &&
    request.headers.has("Access-Control-Request-Method");
}

/** The answer to a preflight. For a site that is not allowed it says nothing, which a browser takes for a no. */
export function preflightAnswer(
  request: Request,
  settings: CorsSettings,
): Response {
  const response = shareWith(
    new Response(null, { status: 204 }),
    request,
    settings,
  );
  if (response.headers.has("Access-Control-Allow-Origin")) {
    response.headers.set(
      "Access-Control-Allow-Methods",
      "GET, POST, PATCH, PUT, DELETE",
    );
    response.headers.set(
      "Access-Control-Allow-Headers",
      "Authorization, Content-Type",
    );
    response.headers.set(
      "Access-Control-Max-Age",
      String(PREFLIGHT_LIFE_SECONDS),
    );
  }
  return response;
}

/** Lets the page that asked read the answer, if its site is allowed. Never `*`, and never with credentials: tokens travel in a header. */
export function shareWith(
  response: Response,
  request: Request,
  settings: CorsSettings,
): Response {
  response.headers.append("Vary", "Origin");
  const origin = request.headers.get("Origin");
  if (origin !== null && isAllowedOrigin(origin, request, settings)) {
    response.headers.set("Access-Control-Allow-Origin", origin);
    response.headers.set(
      "Access-Control-Expose-Headers",
      "Location, Retry-After, X-Request-Id",
    );
  }
  return response;
}

/** Stand-in for `@fresh/core`: the Content-Security-Policy header. */

import type { Middleware } from "./types.ts";

/** Options of `csp()`. */
export interface CSPOptions {
  reportOnly?: boolean;
  /** Where browsers report violations. */
  reportTo?: string;
  /** Directives that replace the default of the same name, or are added. */
  csp?: string[];
  /** Whether the page's nonce stands in for `'unsafe-inline'`. */
  useNonce?: boolean;
}

/** Under this key a rendered response carries the nonce of its scripts. */
export const NONCE: unique symbol = Symbol.for("__freshNonce");

const DEFAULTS = [
  "default-src 'self'",
  "script-src 'self' 'unsafe-inline'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self'",
  "img-src 'self' data:",
  "media-src 'self' data: blob:",
  "worker-src 'self' blob:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "upgrade-insecure-requests",
];

const MAY_BE_INLINE =
  /^(default-src|script-src(-elem)?|style-src(-elem|-attr)?) /;

/** Sets the header on every response that passes. */
export function csp<State>(options: CSPOptions = {}): Middleware<State> {
  const { reportOnly = false, reportTo, csp = [], useNonce = false } = options;
  const nameOf = (directive: string) => directive.split(" ")[0];
  const replaced = new Set(csp.map(nameOf));
  const directives = DEFAULTS.filter((item) => !replaced.has(nameOf(item)));
  directives.push(...csp);
  if (reportTo) {
    directives.push("report-to csp-endpoint", `report-uri ${reportTo}`);
  }
  const header = `Content-Security-Policy${reportOnly ? "-Report-Only" : ""}`;

  return async (ctx) => {
    const response = await ctx.next();
    const nonce = (response as { [NONCE]?: string })[NONCE];
    const value = directives.map((directive) =>
      useNonce && nonce && MAY_BE_INLINE.test(directive)
        ? directive.replaceAll("'unsafe-inline'", `'nonce-${nonce}'`)
        : directive
    );
    response.headers.set(header, value.join("; "));
    if (reportTo) {
      response.headers.set(
        "Reporting-Endpoints",
        `csp-endpoint="${reportTo}"`,
      );
    }
    return response;
  };
}

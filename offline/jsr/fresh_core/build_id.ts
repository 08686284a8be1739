/** Stand-in for `@fresh/core`: the id of a build, part of asset addresses. */

import { createHash } from "node:crypto";

/** Set on Deno Deploy and in containers; then a build is required. */
export const DEPLOYMENT_ID: string | undefined = Deno.env.get(
  "DENO_DEPLOYMENT_ID",
);

const seed = DEPLOYMENT_ID || Deno.env.get("GITHUB_SHA") ||
  Deno.env.get("CI_COMMIT_SHA") || crypto.randomUUID();

/** Forty hexadecimal digits; in the browser, the Builder puts them here. */
export let BUILD_ID: string = createHash("sha1").update(seed).digest("hex");

/** Makes the id that of the build being served. */
export function setBuildId(id: string): void {
  BUILD_ID = id;
}

/**
 * Builds the small site of these tests with whichever Fresh is in place, once
 * for each test file, outside of the tests: upstream keeps esbuild running.
 */

import type { App } from "fresh";
import { Builder } from "fresh/dev";
import { app } from "./site/main.ts";

const builder = new Builder({ root: import.meta.dirname + "/site" });
builder.registerIsland(import.meta.resolve("./site/lib/twice.ts"));
const apply = await builder.build({ snapshot: "memory" });
// deno-lint-ignore no-explicit-any
apply(app as App<any>);

const handler = app.handler();

/** The site as a server on a free port; disposed of, it has ended. */
export function serveSite(): { origin: string } & AsyncDisposable {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    handler,
  );
  return {
    origin: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** Asks the site for a path. */
export async function ask(
  path: string,
  init?: RequestInit,
): Promise<{ status: number; headers: Headers; text: string }> {
  const request = new Request(`http://localhost${path}`, init);
  const response = await handler(request);
  const { status, headers } = response;
  return { status, headers, text: await response.text() };
}

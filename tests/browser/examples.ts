/** The examples of the client library, as any file server would serve them. */
import { buildLibrary } from "./build.ts";
import { ROOT } from "./lock.ts";

const FILES: Readonly<Record<string, string>> = {
  "/examples/voip.html": "text/html",
  "/examples/by_hand.html": "text/html",
  "/examples/group.html": "text/html",
  "/examples/group.css": "text/css",
  "/examples/group.js": "text/javascript",
  "/dist/ringdown.js": "text/javascript",
};

/**
 * Builds the library, and serves it with the examples.
 *
 * @param policy the pages' content security policy, from the server that they call; none if left out.
 */
export async function serveExamples(policy?: (origin: string) => string) {
  await buildLibrary();
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    async (request) => {
      const { pathname, searchParams } = new URL(request.url);
      if (!Object.hasOwn(FILES, pathname)) {
        return new Response("Not Found", { status: 404 });
      }
      const headers = new Headers({
        "content-type": `${FILES[pathname]}; charset=utf-8`,
      });
      const csp = policy?.(searchParams.get("server") ?? "");
      if (csp !== undefined) headers.set("content-security-policy", csp);
      return new Response(await Deno.readFile(ROOT + pathname.slice(1)), {
        headers,
      });
    },
  );
  return {
    origin: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

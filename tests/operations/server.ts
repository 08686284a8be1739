/** The routes for programs as a process of its own, started as `main.ts` starts the product, and some routes that break. */
import { EdgeApp } from "@/lib/server/edge_app.ts";
import { bearerToken } from "@/lib/server/bearer.ts";
import { start } from "@/lib/server/start.ts";
import middleware from "@/routes/_middleware.ts";
import { routesForPrograms } from "../routes/route_files.ts";

const instance = await start();
const app = new EdgeApp(instance.settings, instance.log);
app.use((ctx) => {
  ctx.state.instance = instance;
  return ctx.next();
}).use(...middleware);
for (const { pattern, handler } of routesForPrograms()) {
  if (typeof handler === "function") app.all(pattern, handler);
  else app.get(pattern, handler.GET);
}
/** Errors quote what they were about; here, a token. */
const failure = (request: Request) =>
  new TypeError(`bad: ${bearerToken(request)}`);
app.get("/api/broken", ({ req }) => {
  throw failure(req);
});
app.get("/api/stray", ({ req }) => {
  Promise.reject(failure(req));
  setTimeout(() => {
    throw failure(req);
  });
  return new Response();
});

Deno.serve({
  port: 0,
  hostname: "127.0.0.1",
  onListen: ({ port }) => console.error(`listening on ${port}`),
}, app.handler());

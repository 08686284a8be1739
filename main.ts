import { App, staticFiles } from "fresh";
import type { State } from "@/lib/define.ts";
import { start } from "@/lib/server/start.ts";

const instance = await start();

export const app = new App<State>()
  .use((ctx) => {
    ctx.state.instance = instance;
    return ctx.next();
  })
  .use(staticFiles())
  .fsRoutes();

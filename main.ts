import { staticFiles } from "fresh";
import { EdgeApp } from "@/lib/server/edge_app.ts";
import { start } from "@/lib/server/start.ts";

const instance = await start();

export const app = new EdgeApp(instance.settings, instance.log);

app
  .use((ctx) => {
    ctx.state.instance = instance;
    return ctx.next();
  })
  .use(staticFiles())
  .fsRoutes();

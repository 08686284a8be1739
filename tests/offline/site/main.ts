import { App, csp, staticFiles } from "fresh";

/** An app that uses what the contract tests look at. */
export const app = new App<{ who: string }>()
  .use(csp({ useNonce: true }))
  .use(staticFiles())
  .use((ctx) => {
    ctx.state.who = "me";
    return ctx.next();
  })
  .get("/plain", (ctx) => ctx.text("plain"))
  .fsRoutes();

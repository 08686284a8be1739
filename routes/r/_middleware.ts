import { define } from "@/lib/define.ts";
import { builtPreloads } from "@/lib/server/built_with.ts";
import { addPreloads, preloadsOf } from "@/lib/server/preloads.ts";
import { withNonceOf } from "@/lib/server/security_headers.ts";
import { holdModules } from "@/lib/ui/held_modules.ts";

/** A room's page has a first script, which lets its modules be fetched and run. */
export default define.middleware(async (ctx) => {
  const response = await ctx.next();
  if (ctx.state.firstScript === undefined) return response;
  addPreloads(response, builtPreloads());
  const html = holdModules(await response.text(), preloadsOf(response));
  const page = withNonceOf(response, new Response(html, response));
  page.headers.delete("Link");
  return page;
});

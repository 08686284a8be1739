import { define } from "@/lib/define.ts";
import { api } from "@/lib/server/api.ts";
import { requireSecret } from "@/lib/server/bearer.ts";

/** `GET /metrics`: what this instance has counted, for Prometheus (text format 0.0.4). With `METRICS_TOKEN` set it wants that as bearer token. */
export const handler = define.handlers(api({
  async GET(ctx) {
    const { metrics, settings } = ctx.state.instance;
    await requireSecret(ctx.req, settings.metricsToken);
    return new Response(await metrics.text(), {
      headers: {
        "Content-Type": metrics.registry.contentType,
        // The next scrape comes by another connection, and so perhaps to another isolate of this process.
        "Connection": "close",
      },
    });
  },
}));

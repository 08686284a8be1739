import { define } from "@/lib/define.ts";
import { answer, api } from "@/lib/server/api.ts";
import { buildInfo } from "@/lib/server/built_with.ts";

/** Whether this instance can serve: 200, or 503 with what is missing. For load balancers. */
export const handler = define.handlers(api({
  async GET(ctx) {
    const readiness = await ctx.state.instance.ready();
    return answer(
      { ...readiness, ...buildInfo() },
      readiness.ready ? {} : {
        status: 503,
        headers: { "Retry-After": "2" },
      },
    );
  },
}));

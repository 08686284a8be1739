import { define } from "@/lib/define.ts";
import { answer, api, included } from "@/lib/server/api.ts";
import { memberClaims } from "@/lib/server/bearer.ts";
import { iceServers } from "@/lib/server/ice.ts";

/** `GET /api/ice`: servers and fresh credentials for the member whose token comes along. */
export const handler = define.handlers(api({
  async GET(ctx) {
    const { instance } = ctx.state;
    const { memberId } = await memberClaims(ctx.req, instance);
    const ice = await iceServers(instance.settings, memberId, instance.clock);
    return answer(included(ice, ctx));
  },
}));

import { define } from "@/lib/define.ts";
import { check } from "@/lib/protocol/parse.ts";
import { ChangeRoom } from "@/lib/protocol/room.ts";
import { answer, api, included, roomOf } from "@/lib/server/api.ts";
import { requireHost } from "@/lib/server/bearer.ts";
import { readObject } from "@/lib/server/request_body.ts";
import { publicRoom } from "@/lib/server/rooms.ts";

/** A room: what it is, for anyone who knows its id; changing and closing it, for its hosts. */
export const handler = define.handlers(api({
  async GET(ctx) {
    const record = await roomOf(ctx);
    const occupancy = await ctx.state.instance.occupancy(record.roomId);
    return answer(included({ ...publicRoom(record), occupancy }, ctx));
  },

  async PATCH(ctx) {
    const { instance, requestId } = ctx.state;
    const before = await roomOf(ctx);
    await requireHost(ctx.req, instance, before);
    const change = check(ChangeRoom, await readObject(ctx.req));
    const record = await instance.rooms.change(before.roomId, change);
    await instance.roomChanged(record);
    instance.log.info("room-changed", { roomId: record.roomId, requestId });
    return answer(included(publicRoom(record), ctx, change.include));
  },

  async DELETE(ctx) {
    const { instance, requestId } = ctx.state;
    const record = await roomOf(ctx);
    await requireHost(ctx.req, instance, record);
    await instance.closeRoom(record);
    instance.log.info("room-closed", { roomId: record.roomId, requestId });
    return new Response(null, { status: 204 });
  },
}));

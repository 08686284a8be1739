import { define } from "@/lib/define.ts";
import { check } from "@/lib/protocol/parse.ts";
import { ChangeRoom } from "@/lib/protocol/room.ts";
import { answer, api, included, roomOf } from "@/lib/server/api.ts";
import { requireHost } from "@/lib/server/bearer.ts";
import { occupiedRoom } from "@/lib/server/listed_rooms.ts";
import { readObject } from "@/lib/server/request_body.ts";
import { publicRoom } from "@/lib/server/rooms.ts";

/** A room: what it is, for anyone who knows its id; changing and closing it, for its hosts. */
export const handler = define.handlers(api({
  async GET(ctx) {
    const room = await occupiedRoom(await roomOf(ctx), ctx.state.instance);
    return answer(included(room, ctx));
  },

  async PATCH(ctx) {
    const { instance } = ctx.state;
    const before = await roomOf(ctx);
    await requireHost(ctx.req, instance, before);
    const change = check(ChangeRoom, await readObject(ctx.req));
    const record = await instance.rooms.change(before.roomId, change);
    await instance.roomChanged(record);
    return answer(included(publicRoom(record), ctx, change.include));
  },

  async DELETE(ctx) {
    const { instance } = ctx.state;
    const record = await roomOf(ctx);
    await requireHost(ctx.req, instance, record);
    await instance.closeRoom(record);
    return new Response(null, { status: 204 });
  },
}));

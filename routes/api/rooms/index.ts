import { define } from "@/lib/define.ts";
import { check } from "@/lib/protocol/parse.ts";
import { CreateRoom } from "@/lib/protocol/room.ts";
import { addressOf, answer, api, included } from "@/lib/server/api.ts";
import { requireSecret } from "@/lib/server/bearer.ts";
import { listedRooms } from "@/lib/server/listed_rooms.ts";
import { ownOrigin } from "@/lib/server/origin.ts";
import { readObject } from "@/lib/server/request_body.ts";
import { publicRoom } from "@/lib/server/rooms.ts";

const DEFAULT_PAGE = 50;
const MAX_PAGE = 100;

/** `POST /api/rooms` makes a room; `GET /api/rooms` gives the listed ones, newest first, with how many are in each. */
export const handler = define.handlers(api({
  async POST(ctx) {
    const { limits, log, rooms, settings, tokens } = ctx.state.instance;
    await requireSecret(ctx.req, settings.createRoomToken);
    await limits.createRoom.take(addressOf(ctx));
    const wish = check(CreateRoom, await readObject(ctx.req));
    const record = await rooms.create(wish);
    const { roomId } = record;
    log.info("room-created", { roomId, requestId: ctx.state.requestId });
    const room = publicRoom(record);
    const made = {
      ...room,
      url: `${ownOrigin(ctx.req, settings)}/r/${record.slug ?? roomId}`,
      hostToken: await tokens.issueHost(record),
    };
    return answer(included(made, ctx, wish.include), {
      status: 201,
      headers: { Location: `/api/rooms/${roomId}` },
    });
  },

  async GET(ctx) {
    const { instance } = ctx.state;
    const { searchParams } = ctx.url;
    const wanted = Number(searchParams.get("limit") ?? DEFAULT_PAGE);
    const limit = Math.min(MAX_PAGE, Math.max(1, Math.trunc(wanted) || 1));
    const page = await listedRooms(instance, {
      limit,
      cursor: searchParams.get("cursor") ?? undefined,
    });
    return answer({
      ...page,
      rooms: page.rooms.map((room) => included(room, ctx)),
    });
  },
}));

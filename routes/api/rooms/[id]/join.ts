import { define } from "@/lib/define.ts";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import { check } from "@/lib/protocol/parse.ts";
import { JoinRoom } from "@/lib/protocol/room.ts";
import { addressOf, answer, api, included, roomOf } from "@/lib/server/api.ts";
import { roomClaims } from "@/lib/server/bearer.ts";
import { iceServers } from "@/lib/server/ice.ts";
import { isPin } from "@/lib/server/pin.ts";
import { readObject } from "@/lib/server/request_body.ts";
import { publicRoom } from "@/lib/server/rooms.ts";

/** `POST /api/rooms/:id/join`: takes a seat and gives the token to connect with. */
export const handler = define.handlers(api({
  async POST(ctx) {
    const { instance } = ctx.state;
    const { limits, tokens, settings, clock } = instance;
    const address = addressOf(ctx);
    await limits.join.take(address);
    const wish = check(JoinRoom, await readObject(ctx.req));
    const { record, claims } = await admit();

    const seat = await instance.takeSeat(record, {
      name: wish.name,
      role: claims?.kind === "host" ? "host" : claims?.role ?? wish.role,
      ...claims?.kind === "member" && { memberId: claims.memberId },
    });
    const { roomId } = record;
    const { token, claims: { expiresAt } } = await tokens.issueMember({
      roomId,
      ...seat,
    });
    const renewHostToken = claims?.kind === "host" &&
      record.expiresAt === undefined;
    const joined = {
      roomId,
      token,
      memberId: seat.memberId,
      role: seat.role,
      room: publicRoom(record),
      peers: seat.peers,
      ...await iceServers(settings, seat.memberId, clock),
      expiresAt,
      ...renewHostToken && { hostToken: await tokens.issueHost(record) },
    };
    return answer(included(joined, ctx, wish.include));

    /** The room, if it is there and lets this request in by its token or PIN. What fails counts against the address. */
    function admit() {
      let guessesPin = false;
      return limits.failedJoin.attempt(address, async () => {
        const record = await roomOf(ctx);
        const claims = await roomClaims(ctx.req, instance, record.roomId);
        if (!claims && record.pin) {
          const [pin, stored] = [wish.pin, record.pin];
          if (!pin) throw new ProtocolError("pin-required");
          guessesPin = true;
          const isRight = () => isPin(pin, stored);
          if (!await limits.pins.guess(record.roomId, isRight)) {
            throw new ProtocolError("pin-wrong");
          }
        }
        return { record, claims };
      }, (error) => guessesPin || isGuess(error));
    }
  },
}));

/** Whether a failure may have been an attempt to guess an id or a token. */
function isGuess(error: unknown): boolean {
  return error instanceof ProtocolError &&
    (error.code === "room-not-found" || error.code === "token-invalid");
}

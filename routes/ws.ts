import { define } from "@/lib/define.ts";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import { addressOf, api } from "@/lib/server/api.ts";
import { ClientSocket } from "@/lib/server/client_socket.ts";
import { isAllowedOrigin } from "@/lib/server/origin.ts";
import { admit, readUpgrade } from "@/lib/server/upgrade.ts";

/** Seconds without a frame after which the connection counts as lost; Deno pings after half of them (RFC 6455, 5.5.2). */
const IDLE_TIMEOUT_S = 12;

/**
 * The live connection: `docs/protocol.md` section 3. A browser's script cannot see why an upgrade failed, so most refusals accept first; only
 * foreign pages, and who has too many sockets or shows too many bad tokens, get none.
 */
export const handler = define.handlers(api({
  async GET(ctx) {
    const { instance } = ctx.state;
    const origin = ctx.req.headers.get("origin");
    if (
      origin !== null && !isAllowedOrigin(origin, ctx.req, instance.settings)
    ) {
      throw new ProtocolError("origin-refused");
    }
    if (ctx.req.headers.get("upgrade")?.toLowerCase() !== "websocket") {
      throw new ProtocolError("upgrade-required");
    }
    const address = addressOf(ctx);
    instance.sockets.check(address);

    const upgrade = readUpgrade(ctx.req);
    const admitted = await admit(instance, upgrade).catch((error) => {
      if (error instanceof ProtocolError) return "unavailable" as const;
      throw error;
    });
    if (admitted === "token-invalid") {
      await instance.limits.failedJoin.take(address);
    }
    // Deno takes the subprotocol as an option only if the names that were offered are parted by a comma and a space, as browsers do; and
    // the answer's headers can be set only since Deno 2.9, which Deno Deploy may not have.
    const protocol = upgrade.subprotocol;
    const offered = ctx.req.headers.get("sec-websocket-protocol")?.split(", ");
    const asOption = protocol !== undefined && offered?.includes(protocol);
    const { socket, response } = ctx.upgrade({
      idleTimeout: IDLE_TIMEOUT_S,
      ...(asOption && { protocol }),
    });
    if (protocol !== undefined && !asOption) {
      response.headers.set("Sec-WebSocket-Protocol", protocol);
    }
    new ClientSocket(socket, instance, address, admitted).listen();
    return response;
  },
}));

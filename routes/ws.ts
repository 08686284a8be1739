import { define } from "@/lib/define.ts";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import { api } from "@/lib/server/api.ts";
import type { Connection } from "@/lib/server/connection.ts";
import { isAllowedOrigin } from "@/lib/server/origin.ts";
import { admit, readUpgrade } from "@/lib/server/upgrade.ts";

/** Seconds without a frame after which the connection counts as lost; Deno pings after half of them (RFC 6455, 5.5.2). */
const IDLE_TIMEOUT_S = 12;

/** The live connection: `docs/protocol.md` section 3. A browser's script cannot see why an upgrade failed, so most refusals accept first. */
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

    const upgrade = readUpgrade(ctx.req);
    const admitted = await admit(instance, upgrade).catch((error) => {
      if (error instanceof ProtocolError) return "unavailable" as const;
      throw error;
    });
    const { socket, response } = ctx.upgrade({ idleTimeout: IDLE_TIMEOUT_S });
    // Not as an option of the upgrade: Deno finds it there only among names that are parted by a comma and a space.
    if (upgrade.subprotocol !== undefined) {
      response.headers.set("Sec-WebSocket-Protocol", upgrade.subprotocol);
    }
    socket.binaryType = "arraybuffer";
    let connection: Connection | undefined;
    socket.onopen = () => {
      if (typeof admitted === "string") {
        return instance.reception.turnAway(socket, admitted);
      }
      connection = instance.reception.connect(
        socket,
        admitted.claims,
        admitted.incarnation,
      );
    };
    socket.onmessage = ({ data }) => connection?.receive(data);
    socket.onclose = () => connection?.lost();
    socket.onerror = () => connection?.lost();
    return response;
  },
}));

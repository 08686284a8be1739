/** The transport over a WebSocket (RFC 6455). `docs/protocol.md` section 3. */
import { CLOSE_CODES } from "../../protocol/errors.ts";
import {
  SUBPROTOCOLS,
  TOKEN_SUBPROTOCOL_PREFIX,
} from "../../protocol/limits.ts";
import type { OpenTransport } from "./transport.ts";

/** Opens WebSockets to the service at `baseUrl`, such as `https://call.example`. */
export function websocketTransport(
  baseUrl: string,
  Socket: typeof WebSocket = WebSocket,
): OpenTransport {
  return (ticket, handler) => {
    const url = new URL("/ws", baseUrl);
    url.protocol = url.protocol.replace("http", "ws");
    if (ticket.incarnation !== undefined) {
      url.searchParams.set("incarnation", String(ticket.incarnation));
    }
    let done = false;
    const closed = (code: number) => {
      if (done) return;
      done = true;
      handler.closed(code);
    };
    let socket: WebSocket;
    try {
      socket = new Socket(url, [
        ...SUBPROTOCOLS,
        TOKEN_SUBPROTOCOL_PREFIX + ticket.token,
      ]);
    } catch {
      // SyntaxError: a token with characters that no token of ours has.
      queueMicrotask(() => closed(CLOSE_CODES["token-invalid"]));
      return { send() {}, close: () => done = true };
    }
    socket.onopen = () => done || handler.opened();
    socket.onmessage = ({ data }) => {
      if (!done && typeof data === "string") handler.received(data);
    };
    socket.onclose = ({ code }) => closed(code);
    return {
      send(frame) {
        if (socket.readyState === Socket.OPEN) socket.send(frame);
      },
      close() {
        // On a dead path `close` may come minutes later: we do not wait for it.
        done = true;
        socket.close();
      },
    };
  };
}

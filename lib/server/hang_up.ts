import type { Clock } from "../protocol/clock.ts";

/** How long a peer has to answer our close (RFC 6455, 7.1.1). */
const PATIENCE_MS = 5_000;

/**
 * Drops the line of a socket that we have closed, if its peer has not answered 5 s later. Until it does Deno goes on reading: what it is sent,
 * such as a message that never ends, stays in memory for as long as the peer likes. Returns what calls it off.
 */
export function hangUpLater(socket: WebSocket, clock: Clock): () => void {
  if (socket.readyState === WebSocket.CLOSED) return () => {};
  return clock.after(PATIENCE_MS, () => {
    if (socket.readyState !== WebSocket.CLOSED) drop(socket);
  });
}

/**
 * Deno has no public way to drop a socket's line, so this takes the way that its own idle timeout takes (`ext/websocket/01_websocket.js`).
 * On a runtime that is built otherwise nothing happens, and the socket stays until its peer goes. `tests/server/hang_up_test.ts` fails
 * when Deno has changed.
 */
function drop(socket: WebSocket): void {
  const internals = Reflect.get(Deno, Reflect.get(Deno, "internal"));
  const resource = Object.getOwnPropertySymbols(socket)
    .find(({ description }) => description === "[[rid]]");
  if (resource) internals?.core?.tryClose?.(Reflect.get(socket, resource));
}

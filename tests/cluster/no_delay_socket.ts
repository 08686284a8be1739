import { WebSocket as NpmSocket } from "ws";

/**
 * npm `ws` as a `WebSocket`, for clients under load: it sends each frame at once, which Deno's own client does not. A socket that cannot be
 * opened says so by its `close` event alone, as in a browser.
 */
class NoDelaySocket extends (NpmSocket as typeof WebSocket) {
  constructor(url: string | URL, protocols?: string | string[]) {
    super(url, protocols);
    this.addEventListener("error", () => {});
  }
}

export const NO_DELAY_SOCKET: typeof WebSocket = NoDelaySocket;

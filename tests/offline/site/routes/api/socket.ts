import type { Context } from "fresh";

export const handler = {
  GET(ctx: Context<unknown>) {
    if (!ctx.url.searchParams.has("bare")) {
      return ctx.upgrade({
        message: (socket, event) => socket.send(`managed ${event.data}`),
      }, { idleTimeout: 30 });
    }
    const { socket, response } = ctx.upgrade({ protocol: "v1" });
    socket.onmessage = (event) => socket.send(`bare ${event.data}`);
    return response;
  },
};

/** The baseline of all figures: the least that a relay on Deno can do. It parses `to`, stamps `from`, and passes on. */
const peers = new Map<string, WebSocket>();

Deno.serve({
  port: Number(Deno.env.get("PORT")),
  hostname: "127.0.0.1",
  onListen() {},
}, (request) => {
  if (request.headers.get("upgrade") !== "websocket") {
    return new Response("ready");
  }
  const { socket, response } = Deno.upgradeWebSocket(request);
  const id = new URL(request.url).searchParams.get("id") ?? "";
  socket.onopen = () => peers.set(id, socket);
  socket.onclose = () => peers.delete(id);
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    peers.get(message.to)?.send(JSON.stringify({ ...message, from: id }));
  };
  return response;
});

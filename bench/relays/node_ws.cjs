/** The bare relay once more, on Node and its most used package for WebSockets. */
const { createServer } = require("node:http");
const { WebSocketServer } = require("ws");

const peers = new Map();
const server = createServer((_, response) => response.end("ready"));
new WebSocketServer({ server }).on("connection", (socket, request) => {
  const { searchParams } = new URL(request.url, "http://127.0.0.1");
  const id = searchParams.get("id");
  peers.set(id, socket);
  socket.on("close", () => peers.delete(id));
  socket.on("message", (frame) => {
    const message = JSON.parse(frame);
    peers.get(message.to)?.send(JSON.stringify({ ...message, from: id }));
  });
});
server.listen(Number(process.env.PORT), "127.0.0.1");

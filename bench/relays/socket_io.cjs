/** A relay as users of Socket.IO write it: rooms, and events that go to everyone else in one. */
const { createServer } = require("node:http");
const { Server } = require("socket.io");

const server = createServer((_, response) => response.end("ready"));
new Server(server, { transports: ["websocket"] }).on("connection", (socket) => {
  const { room } = socket.handshake.query;
  socket.join(room);
  socket.on("signal", ({ data }) => {
    socket.to(room).emit("signal", { from: socket.id, data });
  });
});
server.listen(Number(process.env.PORT), "127.0.0.1");

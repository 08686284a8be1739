/** Stand-in for `@fresh/core`: reloads the page when the dev server restarts. */

export { boot } from "./client.ts";

let revision: number | null = null;
let wait = 100;

function connect(): void {
  const socket = new WebSocket(
    `${location.origin.replace("http", "ws")}/_frsh/alive`,
  );
  socket.onmessage = ({ data }) => {
    wait = 100;
    const seen = JSON.parse(data).revision;
    if (revision !== null && seen !== revision) location.reload();
    revision = seen;
  };
  socket.onclose = () => {
    setTimeout(connect, wait);
    wait = Math.min(wait * 2, 2000);
  };
}

connect();

import { assertEquals } from "@std/assert";
import { websocketTransport } from "@/lib/client/transport/websocket_transport.ts";
import { fakeTransports } from "../../fakes/transport.ts";
import { fakeWebSocket } from "../../fakes/web_socket.ts";

function rig(baseUrl: string) {
  const far = fakeTransports();
  const fake = fakeWebSocket(far.openTransport);
  const log: unknown[] = [];
  const handler = {
    opened: () => log.push("opened"),
    received: (frame: string) => log.push(frame),
    closed: (code: number) => log.push(code),
  };
  const open = websocketTransport(baseUrl, fake.Socket);
  return { ...fake, far, log, handler, open };
}

Deno.test("websocketTransport offers the version and the token as subprotocols, and the incarnation in the URL", () => {
  const { open, handler, urls, protocols } = rig("https://call.example");
  open({ token: "a.b.c" }, handler);
  open({ token: "a.b.c", incarnation: 4 }, handler);
  assertEquals(urls, [
    "wss://call.example/ws",
    "wss://call.example/ws?incarnation=4",
  ]);
  assertEquals(protocols[0], ["ringdown.v1", "token.a.b.c"]);
});

Deno.test("websocketTransport uses ws: for a page without TLS", () => {
  const { open, handler, urls } = rig("http://127.0.0.1:8000");
  open({ token: "t" }, handler);
  assertEquals(urls, ["ws://127.0.0.1:8000/ws"]);
});

Deno.test("websocketTransport drops what is sent before it is open, and tells nothing after close", () => {
  const { open, handler, far, log } = rig("https://call.example");
  const transport = open({ token: "t" }, handler);
  transport.send(`{"type":"ping"}`);
  far.newest().opened();
  transport.send(`{"type":"leave"}`);
  far.newest().tell({ type: "pong" });
  transport.close();
  far.newest().tell({ type: "pong" });
  far.newest().closed(1000);
  assertEquals(far.newest().sent, [{ type: "leave" }]);
  assertEquals(log, ["opened", `{"type":"pong"}`]);
});

Deno.test("websocketTransport tells of an unusable token as of an invalid one, later", async () => {
  const { open, handler, log } = rig("https://call.example");
  open({ token: "no token" }, handler);
  assertEquals(log, []);
  await null;
  assertEquals(log, [4401]);
});

import { assertEquals } from "@std/assert";
import type { Socket } from "@/lib/server/connection.ts";
import type { MemberClaims } from "@/lib/server/tokens.ts";
import type { Reception } from "@/lib/server/reception.ts";
import { ClientSocket } from "@/lib/server/client_socket.ts";
import { SocketCount } from "@/lib/server/socket_count.ts";
import type { Admission } from "@/lib/server/upgrade.ts";
import { VirtualClock } from "../fakes/clock.ts";
import { RawWebSocket } from "../fakes/raw_web_socket.ts";
import { within } from "../within.ts";

const ADMITTED: Admission = {
  claims: { memberId: "m1" } as MemberClaims,
  incarnation: 3,
};

/** A socket that a test speaks for, and an instance that writes down what is asked of it. */
function make(admission: Admission) {
  const events: unknown[] = [];
  const clock = new VirtualClock();
  const sockets = new SocketCount({ sockets: 9, socketsPerAddress: 9 });
  const connection = {
    receive: (data: unknown) => events.push(["receive", data]),
    lost: () => events.push("lost"),
  };
  const reception = {
    connect(_: Socket, { memberId }: MemberClaims, incarnation?: number) {
      events.push(["connect", memberId, incarnation]);
      return connection;
    },
    turnAway: (socket: Socket, reason: string) => socket.close(4_400, reason),
  } as unknown as Reception;
  const socket = Object.assign(new EventTarget(), {
    readyState: WebSocket.OPEN,
    close: (code: number, reason: string) =>
      events.push(["close", code, reason]),
  });
  new ClientSocket(
    socket as unknown as WebSocket,
    { reception, sockets, clock },
    "::1",
    admission,
  ).listen();
  return { socket, events, sockets, clock };
}

Deno.test("ClientSocket begins a connection when it opens, and hands on what comes until it is closed", () => {
  const { socket, events, sockets } = make(ADMITTED);
  assertEquals([sockets.open, events], [0, []]);
  socket.dispatchEvent(new Event("open"));
  assertEquals(sockets.open, 1);
  socket.dispatchEvent(new MessageEvent("message", { data: "hello" }));
  socket.dispatchEvent(new CloseEvent("close"));
  assertEquals(sockets.open, 0);
  assertEquals(events, [["connect", "m1", 3], ["receive", "hello"], "lost"]);
});

Deno.test("ClientSocket counts a socket whose end Deno tells twice once", () => {
  const { socket, events, sockets } = make(ADMITTED);
  sockets.add("::1");
  socket.dispatchEvent(new Event("open"));
  socket.dispatchEvent(new CloseEvent("close"));
  socket.dispatchEvent(new CloseEvent("close"));
  assertEquals(sockets.open, 1);
  assertEquals(events.slice(1), ["lost"]);
});

Deno.test("ClientSocket turns away who is not admitted, and waits for 5 s for the answer to our close", () => {
  const { socket, events, clock } = make("token-invalid");
  socket.dispatchEvent(new Event("open"));
  assertEquals(events, [["close", 4_400, "token-invalid"]]);
  clock.runNow(4_999);
  assertEquals(clock.waiting, 1);
  socket.dispatchEvent(new CloseEvent("close"));
  assertEquals(clock.waiting, 0);
});

/** The events of a server's socket, once it is closed. */
async function eventsOf(
  options: Deno.UpgradeWebSocketOptions,
  client: (socket: RawWebSocket) => Promise<void>,
): Promise<string[]> {
  const events: string[] = [];
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    (request) => {
      const { socket, response } = Deno.upgradeWebSocket(request, options);
      for (const type of ["error", "close"]) {
        socket.addEventListener(type, () => events.push(type));
      }
      socket.addEventListener("close", () => resolve());
      return response;
    },
  );
  const url = `ws://127.0.0.1:${server.addr.port}/`;
  using socket = await RawWebSocket.open(url, ["x"]) as RawWebSocket;
  await client(socket);
  assertEquals(await within(5_000, closed), undefined);
  return events;
}

Deno.test("Deno tells every end of a socket by `close`, which alone ClientSocket hears", async () => {
  const hangsUp = (socket: RawWebSocket) =>
    Promise.resolve(socket[Symbol.dispose]());
  const isSilent = () => Promise.resolve();
  const breaksTheRules = async (socket: RawWebSocket) => {
    await socket.send({ opcode: 7 });
  };
  assertEquals((await eventsOf({}, hangsUp)).at(-1), "close");
  assertEquals(await eventsOf({}, breaksTheRules), ["error", "close"]);
  assertEquals((await eventsOf({ idleTimeout: 1 }, isSilent)).slice(0, 2), [
    "error",
    "close",
  ]);
});

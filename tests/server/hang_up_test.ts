import { assert, assertEquals } from "@std/assert";
import { hangUpLater } from "@/lib/server/hang_up.ts";
import { VirtualClock } from "../fakes/clock.ts";
import { RawWebSocket } from "../fakes/raw_web_socket.ts";
import { within } from "../within.ts";

/** A server that closes each socket at once, and hangs up by a clock of ours. */
async function withServer(
  test: (use: {
    url: string;
    clock: VirtualClock;
    ended: Promise<void>;
  }) => Promise<void>,
): Promise<void> {
  const clock = new VirtualClock();
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    (request) => {
      const { socket, response } = Deno.upgradeWebSocket(request);
      let callOff = () => {};
      socket.onopen = () => {
        socket.close(4_400, "test");
        callOff = hangUpLater(socket, clock);
      };
      socket.onclose = () => {
        callOff();
        resolve();
      };
      return response;
    },
  );
  const url = `ws://127.0.0.1:${server.addr.port}/`;
  await test({ url, clock, ended });
  await server.shutdown();
}

Deno.test("hangUpLater() drops who never answers our close, in the middle of a message too", () =>
  withServer(async ({ url, clock, ended }) => {
    using socket = await RawWebSocket.open(url, ["x"]) as RawWebSocket;
    assertEquals((await socket.read())?.[0], 0x88);
    await socket.send({ opcode: 1, fin: false, payload: "x".repeat(100_000) });
    clock.runNow(4_999);
    assertEquals(clock.waiting, 1);
    clock.runNow(1);
    assertEquals(await within(5_000, socket.read()), null);
    assertEquals(await within(5_000, ended), undefined);
  }));

Deno.test("hangUpLater() lets who answers end in good order", () =>
  withServer(async ({ url, clock, ended }) => {
    using socket = await RawWebSocket.open(url, ["x"]) as RawWebSocket;
    assert(await socket.read());
    await socket.send({ opcode: 8 });
    await ended;
    assertEquals(clock.waiting, 0);
    await socket.drain();
  }));

import { assert, assertEquals } from "@std/assert";
import { Rig } from "../server/rig.ts";
import { startCallers } from "./callers.ts";

Deno.test("callers: a server that stands still for a while shows in every signal that was to be sent meanwhile", async () => {
  await using rig = new Rig();
  const server = await rig.start();
  const room = await server.room();
  const pair = [
    await server.join(room, "Ann"),
    await server.join(room, "Ben"),
  ] as const;
  const callers = await startCallers(server.url, [pair]);
  // The server is in this thread, and nothing in it goes on until this ends.
  const until = performance.now() + 500;
  while (performance.now() < until);
  const { signals, lost, p50Ms, maxMs } = await callers.stop();
  assertEquals(lost, 0);
  assert(signals >= 25, `${signals} signals`);
  assert(maxMs >= 400 && p50Ms >= 100, `${p50Ms} ms, ${maxMs} ms at most`);
});

import { assertEquals } from "@std/assert";
import type { Context } from "fresh";
import type { State } from "@/lib/define.ts";
import { handler } from "@/routes/r/[room].tsx";
import { TestServer } from "./server.ts";

/** What `?enter=video` comes to for a browser that says so of how it got here; null: the lobby. */
async function entering(
  server: TestServer,
  roomId: string,
  headers: Record<string, string> = {},
): Promise<string | null> {
  const url = new URL(`${server.url}/r/${roomId}?enter=video`);
  const context = {
    url,
    req: new Request(url, { headers }),
    params: { room: roomId },
    state: { instance: server.instance },
  } as unknown as Context<State>;
  const answer = await handler.GET(context) as { data: { enter: string } };
  return answer.data.enter;
}

Deno.test("?enter opens no microphone for who was sent here by another site", async () => {
  await using server = await TestServer.start();
  const { roomId } = await server.room();
  assertEquals(await entering(server, roomId), "video");
  for (const site of ["none", "same-origin"]) {
    const headers = { "Sec-Fetch-Site": site };
    assertEquals(await entering(server, roomId, headers), "video", site);
  }
  for (const site of ["cross-site", "same-site", "brand-new"]) {
    const headers = { "Sec-Fetch-Site": site };
    assertEquals(await entering(server, roomId, headers), null, site);
  }
});

Deno.test("?enter joins nobody by a page that is loaded in advance", async () => {
  await using server = await TestServer.start();
  const { roomId } = await server.room();
  const headers = { "Sec-Purpose": "prefetch;prerender" };
  assertEquals(await entering(server, roomId, headers), null);
});

Deno.test("?enter does not lead past a PIN", async () => {
  await using server = await TestServer.start();
  const { roomId } = await server.room({ pin: "2580" });
  assertEquals(await entering(server, roomId), null);
});

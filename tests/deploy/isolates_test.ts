import { assert, assertEquals } from "@std/assert";
import { buildProduct } from "../browser/build.ts";
import { startDeno } from "../offline/processes.ts";

/** Answers of `/readyz` until two instances have given one. */
async function instancesAt(origin: string): Promise<Set<string>> {
  const found = new Set<string>();
  while (found.size < 2) {
    // A connection of its own: one that is kept alive stays with its isolate.
    const response = await fetch(`${origin}/readyz`, {
      headers: { Connection: "close" },
    });
    const { instanceId } = await response.json();
    assertEquals(response.status, 200);
    found.add(instanceId);
  }
  return found;
}

Deno.test("deno serve --parallel: isolates share a port, a database file and a secret, and leave together", async () => {
  await buildProduct();
  const folder = await Deno.makeTempDir();
  try {
    await using server = startDeno([
      "serve",
      "-A",
      "--parallel",
      "--no-lock",
      "--host=127.0.0.1",
      "--port=0",
      "_fresh/server.js",
    ], {
      DENO_JOBS: "2",
      DENO_KV_URL: `${folder}/ringdown.kv`,
      JWT_SECRET: undefined,
      RINGDOWN_ENV: undefined,
    });
    await server.wrote(/with 2 threads/);
    const [origin] = server.output().match(/http:\/\/127\.0\.0\.1:\d+/)!;
    const instances = await instancesAt(origin);
    assert(!server.output().includes('"level":"warn"'), server.output());

    const make = { method: "POST", body: "{}" };
    const headers = { "Content-Type": "application/json" };
    const { roomId } = await (await fetch(`${origin}/api/rooms`, {
      ...make,
      headers,
    })).json();
    // Every isolate takes the tokens of any other, and the last one out has let the first one finish.
    const sockets = [];
    for (const name of ["Ann", "Ben"]) {
      const { token } = await (await fetch(
        `${origin}/api/rooms/${roomId}/join`,
        { method: "POST", headers, body: JSON.stringify({ name }) },
      )).json();
      const socket = new WebSocket(`${origin.replace("http", "ws")}/ws`, [
        "ringdown.v1",
        `token.${token}`,
      ]);
      const { data } = await new Promise<MessageEvent>((resolve) =>
        socket.onmessage = resolve
      );
      assertEquals(JSON.parse(data).type, "welcome", data);
      sockets.push(socket);
    }
    const closed = sockets.map((socket) =>
      new Promise<void>((resolve) => socket.onclose = () => resolve())
    );
    server.child.kill("SIGINT");
    await Promise.all(closed);
    const { code } = await server.ended;
    assertEquals(code, 0);

    using kv = await Deno.openKv(`${folder}/ringdown.kv`);
    const leases = await Array.fromAsync(
      kv.list<{ instanceId: string; closing: boolean }>({ prefix: ["lease"] }),
    );
    assert(leases.length > 0);
    for (const { value } of leases) {
      assert(instances.has(value.instanceId) && value.closing);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

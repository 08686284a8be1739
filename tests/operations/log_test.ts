import { assert, assertEquals } from "@std/assert";
import { TestServer } from "../routes/server.ts";
import { Rig } from "../server/rig.ts";

const ROOT = new URL("../../", import.meta.url);
const WRITES = /\blog\.(info|warn|error)\(\s*"([\w-]+)"/g;

/** Every event that the server's source writes, with its level. */
function eventsInSource(folder: string): string[] {
  return [...Deno.readDirSync(new URL(folder, ROOT))].flatMap((entry) => {
    const path = `${folder}${entry.name}`;
    if (entry.isDirectory) return eventsInSource(`${path}/`);
    const text = Deno.readTextFileSync(new URL(path, ROOT));
    return [...text.matchAll(WRITES)].map(([, level, event]) =>
      `${event} ${level}`
    );
  });
}

Deno.test("docs/operations.md lists every line that is logged, with its level", async () => {
  const text = await Deno.readTextFile(new URL("docs/operations.md", ROOT));
  const written = [
    ...text.matchAll(/^\| `([\w-]+)` +\| (info|warn|error) +\|/gm),
  ]
    .map(([, event, level]) => `${event} ${level}`);
  const real = new Set([
    ...eventsInSource("lib/server/"),
    ...eventsInSource("routes/"),
  ]);
  assertEquals(written.toSorted(), [...real].toSorted());
});

Deno.test("The log tells the life of a room, a member and an instance, line by line", async () => {
  await using rig = new Rig();
  const server = await rig.start();
  const room = await server.room();
  const ann = await server.enter(room, "Ann", "host");
  const ben = await server.enter(room, "Ben");
  ann.send({ type: "lock", locked: true });
  await ben.next("room");
  ann.send({ type: "remove", memberId: ben.memberId });
  await ben.closed;
  ann.close();
  await ann.closed;
  while (!rig.logged.at(-1)!.includes("member-away")) {
    await new Promise((done) => setTimeout(done, 5));
  }
  await server.stop();
  const lines = rig.logged.map((line) => JSON.parse(line));
  const told = (memberId?: string) =>
    lines.filter((line) => line.memberId === memberId)
      .map(({ event, reason }) => reason ? `${event} ${reason}` : event);
  assertEquals(told(ann.memberId), [
    "member-joined",
    "member-connected",
    "connection-ended lost",
    "member-away",
  ]);
  assertEquals(told(ben.memberId), [
    "member-joined",
    "member-connected",
    "member-left removed",
    "connection-ended removed",
  ]);
  assertEquals(told(), ["room-changed", "instance-moving", "instance-closed"]);
  for (const { instanceId } of lines) {
    assertEquals(instanceId, server.instance.id);
  }
  assert(!rig.logged.join().includes("Ann"));
});

Deno.test("A request that was refused is one line, by which its answer can be found", async () => {
  await using server = await TestServer.start();
  const { headers } = await server.join("nothing-here", { name: "Ann" });
  const lines = server.logged.map((line) => JSON.parse(line));
  const { time: _, ...line } = lines.find(({ event }) =>
    event === "request-refused"
  );
  assertEquals(line, {
    level: "info",
    event: "request-refused",
    instanceId: server.instance.id,
    requestId: headers.get("X-Request-Id"),
    method: "POST",
    route: "/api/rooms/:id/join",
    code: "room-not-found",
    status: 404,
    milliseconds: 0,
  });
});

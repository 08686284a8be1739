import { assertEquals, assertThrows } from "@std/assert";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import { parseServerMessage } from "@/lib/protocol/parse.ts";
import { messageFor } from "@/lib/ui/messages.ts";
import { Rig } from "./rig.ts";

Deno.test("a client of tomorrow that speaks today's version as well is served, and what it adds is left out", async () => {
  await using rig = new Rig();
  const server = await rig.start();
  const room = await server.room();
  const ben = await server.enter(room, "Ben");
  const { token } = await server.join(room, "Ann");
  const ann = server.open(`${server.url}?compress=zstd`, [
    "ringdown.v3",
    "ringdown.v2",
    `token.${token}`,
    "ringdown.v1",
  ]);
  await ann.next("welcome");
  assertEquals(ann.socket.protocol, "ringdown.v1");
  const signal = { type: "signal", to: ben.memberId, data: 1 };
  ann.sendText(JSON.stringify({ ...signal, priority: "high", from: "x" }));
  const { data, ...heard } = await ben.next("signal");
  assertEquals(data, 1);
  assertEquals(Object.keys(heard), ["type", "from", "incarnation"]);
  for (const type of ["knock", "admit", "floor", "whisper", "reaction"]) {
    ann.sendText(JSON.stringify({ type, to: ben.memberId }));
    assertEquals((await ann.next("error")).code, "unknown-type");
  }
  ann.sendText(JSON.stringify({ type: "presence", mood: "glad", status: "a" }));
  const { type: _, from: __, ...presence } = await ben.next("presence");
  assertEquals(presence, { status: "a" });
});

Deno.test("a client that speaks no version of ours is told to load the page again", async () => {
  await using rig = new Rig();
  const server = await rig.start();
  const room = await server.room();
  for (const offered of [["ringdown.v0"], ["ringdown.v3", "ringdown.v2"]]) {
    const { token } = await server.join(room, "Ann");
    const client = server.open(server.url, [...offered, `token.${token}`]);
    const { reason, retry } = await client.next("bye");
    assertEquals([reason, retry], ["version-unsupported", null]);
    assertEquals((await client.closed).code, 4406);
  }
  assertEquals(messageFor("version-unsupported").steps, ["reload"]);
});

Deno.test("today's client takes what a server of tomorrow adds to its messages, and ignores new ones", () => {
  const member = {
    memberId: "a",
    name: "A",
    role: "host",
    incarnation: 1,
    state: "here",
    tracks: { audio: true, hologram: true },
    presence: { mood: "glad" },
    address: "none of your business",
  };
  const told = {
    type: "back",
    from: "a",
    incarnation: 1,
    peer: member,
    since: 1,
  };
  const { address: _, ...known } = member;
  assertEquals(parseServerMessage(JSON.stringify(told)), {
    type: "back",
    from: "a",
    incarnation: 1,
    peer: { ...known, tracks: { audio: true }, presence: {} },
  } as unknown as ReturnType<typeof parseServerMessage>);
  const { code } = assertThrows(
    () => parseServerMessage('{"type":"reaction","from":"a"}'),
    ProtocolError,
  );
  assertEquals(code, "unknown-type");
});

import { assert } from "@std/assert";
import { Rig } from "./rig.ts";

/** Deno KV's write units of one atomic write: its keys and values, by the KiB begun. Keys and values are counted as JSON, which is longer. */
function writeUnits(written: unknown[]): number {
  const bytes = written.reduce(
    (sum: number, part) => sum + JSON.stringify(part).length,
    0,
  );
  return Math.ceil(bytes / 1_024);
}

Deno.test("cost: setting up and ending a call of two on one instance takes at most 12 write units", async () => {
  await using rig = new Rig();
  const spent: [string, number][] = [];
  rig.onWrite = (written) =>
    spent.push([JSON.stringify(written).slice(0, 60), writeUnits(written)]);
  const server = await rig.start();
  const room = await server.room({
    type: "video",
    name: "A room with a name of some length",
    maxParticipants: 2,
  });
  const [ann, ben] = [
    await server.enter(room, "Ann", "host"),
    await server.enter(room, "Ben"),
  ];
  for (const client of [ann, ben]) {
    client.send({ type: "track-state", kind: "audio", enabled: true });
    client.send({ type: "track-state", kind: "video", enabled: true });
  }
  for (let id = 1; id <= 6; id++) {
    ann.send({
      type: "signal",
      to: ben.memberId,
      toIncarnation: 1,
      id,
      data: "x".repeat(3_000),
    });
    ben.send({
      type: "signal",
      to: ann.memberId,
      toIncarnation: 1,
      id,
      data: "x".repeat(3_000),
    });
  }
  for (let n = 0; n < 6; n++) {
    await Promise.all([ann.next("signal"), ben.next("signal")]);
  }
  for (const client of [ann, ben]) {
    client.send({ type: "leave" });
    await client.closed;
  }
  const units = spent.filter(([what]) => !what.includes('"lease"')).reduce(
    (sum, [, each]) => sum + each,
    0,
  );
  assert(
    units <= 12,
    `${units} write units:\n${spent.map((each) => each.join(" ")).join("\n")}`,
  );
});

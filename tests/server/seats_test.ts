import { assertEquals } from "@std/assert";
import { Rig } from "./rig.ts";

Deno.test("seats: 200 joins at once into 10 seats, over three instances: exactly 10", async () => {
  await using rig = new Rig();
  const servers = [await rig.start(), await rig.start(), await rig.start()];
  const room = await servers[0].room({ maxParticipants: 10 });
  const outcomes = await Promise.all(
    Array.from(
      { length: 200 },
      (_, n) =>
        servers[n % 3].join(room, `M${n}`).then(
          () => "seated",
          (error) => error.code,
        ),
    ),
  );
  assertEquals(outcomes.filter((outcome) => outcome === "seated").length, 10);
  assertEquals(
    outcomes.filter((outcome) => outcome === "room-full").length,
    190,
  );
  assertEquals(
    (await servers[1].instance.members.list(room.roomId)).length,
    10,
  );
});

Deno.test("seats: a lock and joins at once: nobody is seated after the lock", async () => {
  await using rig = new Rig();
  const [one, other] = [await rig.start(), await rig.start()];
  const room = await one.room({ maxParticipants: 64 });
  let seatedAtLock = -1;
  const locking = one.instance.rooms.change(room.roomId, { locked: true })
    .then(async () =>
      seatedAtLock = (await one.instance.members.list(room.roomId)).length
    );
  await Promise.all(
    Array.from(
      { length: 40 },
      (_, n) => other.join(room, `M${n}`).catch(() => {}),
    ),
  );
  await locking;
  assertEquals(
    (await one.instance.members.list(room.roomId)).length,
    seatedAtLock,
  );
});

Deno.test("seats: a member that joins again with its id keeps its seat", async () => {
  await using rig = new Rig();
  const server = await rig.start();
  const room = await server.room();
  const ann = await server.enter(room, "Ann");
  const again = await server.instance.takeSeat(room, {
    name: "Other",
    role: "host",
    memberId: ann.memberId,
  });
  assertEquals([again.memberId, again.name, again.role], [
    ann.memberId,
    "Ann",
    "speaker",
  ]);
  assertEquals((await server.instance.members.list(room.roomId)).length, 1);
});

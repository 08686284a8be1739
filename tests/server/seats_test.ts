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

Deno.test("seats: a member that was given up by mistake is taken back, but not from where it has connected since", async () => {
  await using rig = new Rig();
  const [one, other] = [await rig.start(), await rig.start()];
  const room = await one.room();
  const { roomId } = room;
  const { memberId } = await one.join(room, "Ann");
  const claims = { memberId, name: "Ann", role: "speaker" as const };
  const here = one.instance.members;
  const there = other.instance.members;
  const entered = await here.enter(roomId, claims, undefined);
  if (typeof entered === "string") throw new Error(entered);

  await there.adopt(entered.entry, 0);
  const back = await here.reclaim(entered.entry);
  assertEquals(
    [back?.before, back?.entry.value.instanceId, back?.entry.value.generation],
    [other.instance.id, one.instance.id, 2],
  );

  await there.adopt(back!.entry, 0);
  await there.enter(roomId, claims, 1);
  assertEquals(await here.reclaim(back!.entry), null);
  const { state, instanceId } = (await there.get(roomId, memberId))!.value;
  assertEquals([state, instanceId], ["here", other.instance.id]);
});

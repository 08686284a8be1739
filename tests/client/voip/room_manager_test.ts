import { assertEquals, assertRejects } from "@std/assert";
import { NetworkError } from "@/lib/client/errors.ts";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import { callService } from "../../fakes/call_service.ts";
import { after, rejects } from "./rooms_rig.ts";

Deno.test("RoomManager makes a room, with the operator's token where one is wanted", async () => {
  const service = callService();
  const rooms = service.rooms({ createToken: "may-create" });
  const made = await after(service, 10, rooms.createRoom({ type: "voip" }));
  assertEquals([made.roomId, made.hostToken], ["room", "host"]);
  assertEquals(service.joins, [{
    bearer: "may-create",
    body: { type: "voip" },
  }]);
  assertEquals(rooms.rooms, []);
});

Deno.test("RoomManager joins with what it is given, and again as the same member", async () => {
  const service = callService();
  const rooms = service.rooms();
  const ann = { name: "Ann", pin: "1234", hostToken: "host" };
  const room = await after(service, 100, rooms.joinRoom("room", ann));
  assertEquals([room.roomId, room.memberId], ["room", "m1"]);
  assertEquals(room.state.phase, "live");
  assertEquals(rooms.rooms, [room]);
  assertEquals(service.joins[0], {
    bearer: "host",
    body: { name: "Ann", pin: "1234" },
  });
  const reloaded = service.rooms();
  const { token } = room;
  const same = await after(
    service,
    100,
    reloaded.joinRoom("room", { name: "Ann", token }),
  );
  assertEquals([same.memberId, service.joins[1].bearer], ["m1", token]);
});

Deno.test("RoomManager tells why a room could not be joined, and may try again", async () => {
  const service = callService();
  const rooms = service.rooms();
  service.refusals.push("room-full", "network", null);
  const join = () =>
    after(service, 100, rooms.joinRoom("room", { name: "Ann" }));
  const refused = await assertRejects(join, ProtocolError);
  assertEquals(refused.code, "room-full");
  const failed = await assertRejects(join, NetworkError);
  assertEquals(failed.code, "network");
  assertEquals(rooms.rooms, []);
  assertEquals((await join()).memberId, "m1");
});

Deno.test("RoomManager refuses to join a room twice, and to leave one that it is not in", async () => {
  const service = callService();
  const rooms = service.rooms();
  await rejects(rooms.leaveRoom("room"), "not-joined");
  const joining = rooms.joinRoom("room", { name: "Ann" });
  await rejects(rooms.joinRoom("room", { name: "Ann" }), "already-joined");
  await after(service, 100, joining);
  await rejects(rooms.joinRoom("room", { name: "Ann" }), "already-joined");
  await after(service, 100, rooms.leaveRoom("room"));
  await rejects(rooms.leaveRoom("room"), "not-joined");
  assertEquals(service.server.info("m1"), undefined);
  await after(service, 100, rooms.joinRoom("room", { name: "Ann" }));
});

Deno.test("RoomManager, closed, leaves every room, those under way too, and leaves nothing open", async () => {
  const service = callService();
  const rooms = service.rooms();
  await after(service, 100, rooms.joinRoom("room", { name: "Ann" }));
  const joining = rooms.joinRoom("other", { name: "Ann" });
  joining.catch(() => {});
  await after(service, 1_000, rooms.close());
  await rejects(joining, "left");
  assertEquals(rooms.rooms, []);
  assertEquals(service.server.info("m1"), undefined);
  await service.clock.run(10_000);
  assertEquals(service.clock.waiting, 0);
});

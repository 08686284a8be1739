import { assertEquals, assertRejects } from "@std/assert";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import { memberClaims, roomClaims } from "@/lib/server/bearer.ts";
import { within } from "../within.ts";
import { Rig, type RunningInstance } from "./rig.ts";

/** The code with which an HTTP call with this token is refused. */
async function refusal(
  { instance }: RunningInstance,
  token: string,
  roomId: string,
): Promise<string[]> {
  const headers = { Authorization: `Bearer ${token}` };
  const request = new Request("http://ours.example/", { headers });
  const errors = [
    await assertRejects(() => memberClaims(request, instance), ProtocolError),
    await assertRejects(
      () => roomClaims(request, instance, roomId),
      ProtocolError,
    ),
  ];
  return errors.map(({ code }) => code);
}

Deno.test("kick: a removed member's connection and token end on every instance, though they share nothing but the database", async () => {
  await using rig = new Rig();
  let isCutOff = false;
  const [one, two, three] = [
    await rig.start({ carriers: [] }),
    await rig.start({ carriers: [] }),
    await rig.start({ carriers: [], isCutOff: () => isCutOff }),
  ];
  const room = await one.room({ maxParticipants: 4 });
  const host = await one.enter(room, "Ann", "host");
  const ben = await two.enter(room, "Ben");
  const cem = await three.enter(room, "Cem");
  for (const _ of [ben, cem]) await host.next("join");
  host.send({ type: "remove", memberId: ben.memberId });
  assertEquals(await within(5_000, ben.closed), {
    code: 4403,
    reason: "removed",
  });
  assertEquals((await host.next("leave")).reason, "removed");
  assertEquals((await cem.next("leave")).reason, "removed");
  for (const server of [one, two, three]) {
    for (const incarnation of [undefined, 1, 2]) {
      const again = server.connect(ben.token, { incarnation });
      assertEquals((await again.closed).code, 4403);
    }
    assertEquals(await refusal(server, ben.token, room.roomId), [
      "removed",
      "removed",
    ]);
  }
  // What it says on its way out reaches nobody.
  assertEquals(await cem.settled(), []);
  isCutOff = true;
  assertEquals((await three.connect(ben.token).closed).code, 4503);
  assertEquals(await refusal(three, ben.token, room.roomId), [
    "unavailable",
    "unavailable",
  ]);
  isCutOff = false;
});

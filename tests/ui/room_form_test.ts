import { assertEquals } from "@std/assert";
import { check } from "@/lib/protocol/parse.ts";
import { ChangeRoom } from "@/lib/protocol/room.ts";
import {
  changeOf,
  isEmpty,
  type RoomForm,
  roomForm,
} from "@/lib/ui/room_form.ts";
import { ROOM } from "../fakes/signaling_server.ts";

const change = (part: Partial<RoomForm>) =>
  changeOf(ROOM, { ...roomForm(ROOM), ...part });

Deno.test("changeOf asks for nothing when nothing was touched", () => {
  assertEquals(change({}), {});
  assertEquals(isEmpty(change({})), true);
});

Deno.test("changeOf asks for what was touched, and for nothing else", () => {
  const media = { ...ROOM.media, video: false };
  const wishes: [part: Partial<RoomForm>, change: object][] = [
    [{ name: "Team" }, { name: "Team" }],
    [{ seats: "12" }, { maxParticipants: 12 }],
    [{ listed: true }, { listed: true }],
    [{ locked: true }, { locked: true }],
    [{ media }, { media: { video: false } }],
    [{ pin: "1234" }, { pin: "1234" }],
    [{ withoutPin: true, pin: "1234" }, { pin: null }],
  ];
  for (const [part, wanted] of wishes) {
    assertEquals(change(part), wanted);
    assertEquals(isEmpty(change(part)), false);
    assertEquals(check(ChangeRoom, change(part)), wanted);
  }
});

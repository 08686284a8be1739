import { assert, assertEquals } from "@std/assert";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import type { OccupiedRoom } from "@/lib/protocol/room.ts";
import { NewRoomForm } from "@/components/NewRoomForm.tsx";
import { RecentRooms } from "@/components/RecentRooms.tsx";
import { RoomList } from "@/components/RoomList.tsx";
import { ROOM } from "../fakes/signaling_server.ts";
import { html, text } from "./render.ts";

const nothing = () => {};

function list(
  rooms: Partial<OccupiedRoom>[] | null,
  { hasMore = false, isStale = false } = {},
) {
  return (
    <RoomList
      rooms={rooms?.map((room) => ({ ...ROOM, occupancy: 0, ...room })) ?? null}
      hasMore={hasMore}
      loadingMore={false}
      isStale={isStale}
      onMore={nothing}
    />
  );
}

function form(failure: unknown = null) {
  return (
    <NewRoomForm
      origin="https://call.example"
      busy={false}
      failure={failure}
      onStart={nothing}
    />
  );
}

Deno.test("RoomList says what a room is, how full, and what stands in the way", () => {
  const shown = text(list([
    { name: "Team", occupancy: 2, type: "voice" },
    { name: "Duo", occupancy: 2, maxParticipants: 2, pinRequired: true },
    { name: "Board", locked: true },
  ]));
  for (
    const part of [
      "Team Voice room People: 2 of 6",
      "Duo Video call People: 2 of 2 Full PIN",
      "Board Video call People: 0 of 6 Locked",
    ]
  ) assert(shown.includes(part), shown);
});

Deno.test("RoomList leads to a room by its readable link, where it has one", () => {
  const page = html(list([{ slug: "team", name: "" }, { roomId: "id1" }]));
  assert(page.includes(`href="/r/team"`), page);
  assert(page.includes(`href="/r/id1"`), page);
  // A link needs a name of its own.
  assert(text(list([{ slug: "team", name: "" }])).includes("team"));
});

Deno.test("RoomList tells an empty list from one that never came, and old news", () => {
  assert(text(list([])).includes("No rooms are listed"));
  assert(!text(list(null)).includes("No rooms are listed"));
  assert(text(list(null, { isStale: true })).includes("can't be loaded"));
  assert(text(list([{}], { isStale: true })).includes("out of date"));
  assert(text(list([{}], { hasMore: true })).includes("Load more"));
});

Deno.test("RecentRooms is not there for who has none", () => {
  assertEquals(html(<RecentRooms rooms={[]} onForget={nothing} />), "");
  const rooms = [{ address: "team", name: "Our team", expiresAt: null }];
  const page = html(<RecentRooms rooms={rooms} onForget={nothing} />);
  assert(page.includes(`href="/r/team"`), page);
});

Deno.test("NewRoomForm says at the field what is wrong with it", () => {
  assert(!html(form()).includes(`aria-invalid="true"`));
  const fields = [{ field: "pin", message: "4 to 16 digits" }];
  const page = html(form(new ProtocolError("invalid-message", { fields })));
  const pin = /<input id="room-pin"[^>]*>/.exec(page)![0];
  assert(pin.includes(`aria-invalid="true"`), pin);
  assert(pin.includes("room-pin-problem"), pin);
  assert(page.includes(`id="room-pin-problem"`), page);
  assertEquals(page.match(/aria-invalid="true"/g)?.length, 1);
});

Deno.test("nothing on the home page needs what the Content-Security-Policy forbids", () => {
  for (const page of [html(form()), html(list([{}]))]) {
    assert(!/\s(style|on[a-z]+)=|<script|<style/i.test(page), page);
  }
});

import { assert, assertEquals } from "@std/assert";
import type { Room } from "@/lib/protocol/room.ts";
import { roomNews } from "@/lib/ui/room_news.ts";
import { ROOM } from "../fakes/signaling_server.ts";

Deno.test("roomNews has a sentence for everything that can change, both ways", () => {
  const changes: Partial<Room>[] = [
    { locked: true },
    { pinRequired: true },
    { listed: true },
    { maxParticipants: 3 },
    ...(["audio", "video", "screen", "chat"] as const).map((kind) => ({
      media: { ...ROOM.media, [kind]: false },
    })),
  ];
  const said = changes.flatMap((change) => {
    const after = { ...ROOM, ...change };
    return [...roomNews(ROOM, after), ...roomNews(after, ROOM)];
  });
  assertEquals(said.length, changes.length * 2);
  assertEquals(new Set(said).size, said.length);
  for (const sentence of said) assert(sentence.endsWith("."), sentence);
});

Deno.test("roomNews tells a new name, all changes at once, and nothing of none", () => {
  assertEquals(roomNews(ROOM, { ...ROOM, name: "Team" }).length, 1);
  assertEquals(roomNews({ ...ROOM, name: "Team" }, ROOM), []);
  assertEquals(roomNews(ROOM, { ...ROOM }), []);
  assertEquals(
    roomNews(ROOM, { ...ROOM, locked: true, listed: true }).length,
    2,
  );
});

import { assertEquals } from "@std/assert";
import { ActiveSpeaker } from "@/lib/client/media/active_speaker.ts";

/** Lets the levels sound for so long, looked at ten times a second; gives who holds the floor at the end, and how often that changed. */
class Room {
  readonly #floor = new ActiveSpeaker();
  #now = 0;
  holder: string | null = null;
  changes = 0;

  sound(levels: Record<string, number>, ms: number): string | null {
    for (const end = this.#now + ms; this.#now < end; this.#now += 100) {
      const holder = this.#floor.update(
        new Map(Object.entries(levels)),
        this.#now,
      );
      if (holder !== this.holder) this.changes++;
      this.holder = holder;
    }
    return this.holder;
  }
}

Deno.test("ActiveSpeaker is the first to speak, and stays through silence", () => {
  const room = new Room();
  assertEquals(room.sound({ ann: 0, ben: 0 }, 1_000), null);
  assertEquals(room.sound({ ann: 60, ben: 0 }, 500), "ann");
  assertEquals(room.sound({ ann: 0, ben: 0 }, 60_000), "ann");
  assertEquals(room.changes, 1);
});

Deno.test("ActiveSpeaker changes within two seconds to who speaks alone", () => {
  const room = new Room();
  room.sound({ ann: 60, ben: 0 }, 5_000);
  assertEquals(room.sound({ ann: 0, ben: 60 }, 2_000), "ben");
  assertEquals(room.changes, 2);
});

Deno.test("ActiveSpeaker does not change for a cough", () => {
  const room = new Room();
  room.sound({ ann: 60, ben: 0 }, 5_000);
  room.sound({ ann: 0, ben: 80 }, 200);
  assertEquals(room.sound({ ann: 0, ben: 0 }, 5_000), "ann");
});

Deno.test("ActiveSpeaker does not flap between two who speak at once", () => {
  const room = new Room();
  room.sound({ ann: 60, ben: 0 }, 3_000);
  for (let i = 0; i < 60; i++) {
    room.sound({ ann: 55 + i % 3 * 5, ben: 65 - i % 3 * 5 }, 300);
  }
  assertEquals([room.holder, room.changes], ["ann", 1]);
});

Deno.test("ActiveSpeaker never changes twice within two seconds", () => {
  const room = new Room();
  room.sound({ ann: 60, ben: 0 }, 3_000);
  const before = room.changes;
  for (let i = 0; i < 20; i++) {
    room.sound(i % 2 ? { ann: 100, ben: 0 } : { ann: 0, ben: 100 }, 500);
  }
  assertEquals(room.changes - before <= 5, true, `${room.changes} changes`);
});

Deno.test("ActiveSpeaker forgets who has left, and does not crown the silent", () => {
  const room = new Room();
  room.sound({ ann: 60, ben: 30 }, 3_000);
  room.sound({ ann: 60, ben: 0 }, 10_000);
  assertEquals(room.sound({ ben: 0 }, 1_000), null);
  assertEquals(room.sound({ ben: 60 }, 500), "ben");
});

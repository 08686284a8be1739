import { assertEquals } from "@std/assert";
import { check } from "@/lib/protocol/parse.ts";
import { CreateRoom } from "@/lib/protocol/room.ts";
import { fieldProblems } from "@/lib/ui/field_problems.ts";
import { KINDS } from "@/lib/ui/room_words.ts";
import {
  asked,
  LIVES,
  newRoomWish,
  ofType,
  seatsAdvice,
} from "@/lib/ui/room_wish.ts";
import { NetworkError } from "@/lib/client/errors.ts";
import { ProtocolError } from "@/lib/protocol/errors.ts";

/** What the server would say to that form. */
function refusal(part: object): Readonly<Record<string, string>> | null {
  try {
    check(CreateRoom, asked({ ...newRoomWish(), ...part }));
    return null;
  } catch (error) {
    return fieldProblems(error);
  }
}

Deno.test("asked makes of an untouched form, of any kind, what the server takes", () => {
  for (const { type } of KINDS) {
    for (const { life } of LIVES) {
      const wish = ofType(type, { ...newRoomWish(), life });
      assertEquals(check(CreateRoom, asked(wish)).type, type);
    }
  }
});

Deno.test("asked passes on what was filled in", () => {
  const wish = {
    ...newRoomWish(),
    name: "Team",
    slug: " Our-Team ",
    pin: "1234",
    seats: "12",
    life: null,
  };
  const { slug, pin, maxParticipants, persistent, expiresIn } = asked(wish);
  assertEquals(
    { slug, pin, maxParticipants, persistent, expiresIn },
    {
      slug: "our-team",
      pin: "1234",
      maxParticipants: 12,
      persistent: true,
      expiresIn: undefined,
    },
  );
});

Deno.test("ofType brings the seats and media of the kind, and leaves the rest", () => {
  const voice = ofType("voice", { ...newRoomWish(), name: "Team" });
  assertEquals(voice.name, "Team");
  assertEquals(voice.seats, "10");
  assertEquals(voice.media.video, false);
});

Deno.test("fieldProblems has words for every field that can be wrong", () => {
  const wrong: [part: object, fields: string[]][] = [
    [{ seats: "1" }, ["maxParticipants"]],
    [{ seats: "65" }, ["maxParticipants"]],
    [{ seats: "" }, ["maxParticipants"]],
    [{ seats: "a few" }, ["maxParticipants"]],
    [{ seats: "2.5" }, ["maxParticipants"]],
    [{ pin: "123" }, ["pin"]],
    [{ pin: "12 34" }, ["pin"]],
    [{ slug: "x", pin: "1234" }, ["slug"]],
    [{ slug: "two words", listed: true }, ["slug"]],
    [{ name: "n".repeat(65) }, ["name"]],
    [{ slug: "-", pin: "1", seats: "0" }, ["maxParticipants", "pin", "slug"]],
  ];
  for (const [part, fields] of wrong) {
    const problems = refusal(part);
    assertEquals(Object.keys(problems ?? {}).sort(), fields);
  }
});

Deno.test("fieldProblems tells a link that can be guessed from one that is misspelt and one that is taken", () => {
  const said = [
    refusal({ slug: "our-team" })?.slug,
    refusal({ slug: "Ä", listed: true })?.slug,
    fieldProblems(new ProtocolError("slug-taken"))?.slug,
  ];
  assertEquals(new Set(said).size, 3);
  assertEquals(said.includes(undefined), false);
});

Deno.test("fieldProblems has nothing to say to other failures", () => {
  assertEquals(fieldProblems(new NetworkError("network")), null);
  assertEquals(fieldProblems(new ProtocolError("rate-limited")), null);
  assertEquals(fieldProblems(new ProtocolError("invalid-message")), null);
  assertEquals(fieldProblems(null), null);
});

Deno.test("seatsAdvice speaks up where a mesh gets heavy: beyond 6 with pictures, 10 with sound", () => {
  const advice = (seats: string, video: boolean, audio = true) =>
    seatsAdvice(seats, { audio, video, screen: false, chat: true })
      ?.match(/\d+/)?.[0];
  assertEquals([advice("6", true), advice("7", true)], [undefined, "6"]);
  assertEquals([advice("10", false), advice("11", false)], [undefined, "10"]);
  assertEquals(advice("64", false, false), undefined, "text is light");
  for (const { type } of KINDS) {
    const { seats, media } = ofType(type, newRoomWish());
    assertEquals(seatsAdvice(seats, media), null, type);
  }
});

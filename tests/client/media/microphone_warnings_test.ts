import { assertEquals } from "@std/assert";
import {
  SilentMicrophone,
  TalkingWhileMuted,
} from "@/lib/client/media/microphone_warnings.ts";

Deno.test("TalkingWhileMuted is for talk, not for a cough, and holds for four seconds", () => {
  const talking = new TalkingWhileMuted();
  assertEquals(talking.update(true, 0), false);
  assertEquals(talking.update(true, 400), false);
  assertEquals(talking.update(false, 500), false);
  assertEquals(talking.update(true, 1_000), false);
  assertEquals(talking.update(true, 1_500), true);
  assertEquals(talking.update(false, 5_400), true);
  assertEquals(talking.update(false, 5_500), false);
});

Deno.test("SilentMicrophone is for eight seconds without anything, and ends at the first sound", () => {
  const silent = new SilentMicrophone();
  assertEquals(silent.update(true, 0), false);
  assertEquals(silent.update(true, 7_900), false);
  assertEquals(silent.update(true, 8_000), true);
  assertEquals(silent.update(false, 8_100), false);
  assertEquals(silent.update(true, 8_200), false);
  assertEquals(silent.update(true, 16_100), false);
  assertEquals(silent.update(true, 16_200), true);
});

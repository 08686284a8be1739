import { assertEquals } from "@std/assert";
import { SpeechDetector } from "@/lib/client/media/speech_detector.ts";

Deno.test("SpeechDetector begins at speech and not at noise", () => {
  const detector = new SpeechDetector();
  assertEquals(detector.update(0, 0), false);
  assertEquals(detector.update(30, 100), false);
  assertEquals(detector.update(50, 200), true);
});

Deno.test("SpeechDetector holds through soft sounds and the pause between words", () => {
  const detector = new SpeechDetector();
  detector.update(50, 0);
  assertEquals(detector.update(25, 1000), true);
  assertEquals(detector.update(0, 1300), true);
  assertEquals(detector.update(0, 1400), false);
  assertEquals(detector.update(25, 1500), false);
});

import { assert, assertEquals } from "@std/assert";
import {
  cameraCap,
  LEVELS,
  MICROPHONE_KBPS,
  screenAudioKbps,
  screenCap,
  shownByDefault,
} from "@/lib/client/mesh/bitrate_policy.ts";

const OTHERS = [1, 2, 3, 4, 5, 6, 7, 8, 9];

Deno.test("policy: the cameras of a page never take more than 3 Mbit/s of upload, and more people never get more each", () => {
  let before = Infinity;
  for (const others of OTHERS) {
    const { kbps } = cameraCap("large", others)!;
    assert(kbps * others <= 3_000, `${others}: ${kbps * others}`);
    assert(kbps <= before, `${others}`);
    assert(screenCap(others).kbps <= screenCap(Math.max(1, others - 1)).kbps);
    before = kbps;
  }
});

Deno.test("policy: small is less than large, none is nothing, and a screen keeps its resolution", () => {
  for (const others of OTHERS) {
    const large = cameraCap("large", others)!;
    const small = cameraCap("small", others)!;
    assert(small.kbps < large.kbps && small.lines! < large.lines!);
    assertEquals(cameraCap("none", others), null);
    assertEquals(screenCap(others).lines, null);
    assert(screenCap(others).framesPerSecond < 20);
  }
});

Deno.test("policy: sound is within what RFC 7587, 3.1.1, has for speech and for stereo music", () => {
  assert(MICROPHONE_KBPS >= 28 && MICROPHONE_KBPS <= 40);
  for (const others of OTHERS) {
    const kbps = screenAudioKbps(others);
    assert(kbps >= 64 && kbps <= 128);
  }
});

Deno.test("policy: until the other page tells, its size goes by the number of people", () => {
  assertEquals(shownByDefault(1), { camera: "large", screen: true });
  assertEquals(shownByDefault(5), { camera: "small", screen: true });
});

Deno.test("policy: the camera is gone before the screen loses anything", () => {
  for (const { camera, screen } of LEVELS) {
    assert(screen === 1 || camera === 0);
  }
});

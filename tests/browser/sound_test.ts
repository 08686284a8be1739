import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  dominantHz,
  levelDb,
  longestGapMs,
  type Sound,
  toneGaps,
  toneLevelDb,
  tonesAmong,
} from "./sound.ts";
import { tone } from "./tone.ts";

const sampleRate = 48_000;

/** The samples of the WAV file that a microphone would play, n times over. */
function played(hz: number, seconds: number, times = 1): Sound {
  const bytes = tone(hz, { seconds });
  const words = new Int16Array(bytes.buffer, 44);
  const once = Float32Array.from(words, (word) => word / 32768);
  const samples = new Float32Array(once.length * times);
  for (let i = 0; i < times; i++) samples.set(once, i * once.length);
  return { sampleRate, samples };
}

function silence(sound: Sound, atMs: number, ms: number): Sound {
  const from = atMs / 1000 * sampleRate;
  sound.samples.fill(0, from, from + ms / 1000 * sampleRate);
  return sound;
}

Deno.test("tone: has its frequency and level", () => {
  for (const hz of [440, 880]) {
    assertAlmostEquals(dominantHz(played(hz, 2)), hz, 0.1);
    assertAlmostEquals(levelDb(played(hz, 2)), -15, 0.1);
    assertAlmostEquals(toneLevelDb(played(hz, 2), hz), -15, 0.1);
  }
});

Deno.test("tonesAmong: names every tone, and none that is not there", () => {
  const all = [400, 497, 594, 691, 1273];
  const sound = played(400, 2);
  for (const [hz, factor] of [[497, 1], [594, 0.4], [1273, 0.8]]) {
    const other = played(hz, 2).samples;
    other.forEach((sample, i) => sound.samples[i] += factor * sample);
  }
  assertEquals(tonesAmong(all, sound), [400, 497, 594, 1273]);
  assertEquals(
    tonesAmong(all, { ...sound, samples: new Float32Array(9_600) }),
    [],
  );
  assertEquals(tonesAmong(all, silence(sound, 100, 1_900)), []);
});

Deno.test("tonesAmong: a tone in shreds is itself, and nobody else's", () => {
  const all = Array.from({ length: 10 }, (_, n) => 400 + 97 * n);
  // Browsers make up sound in pieces of 10 ms.
  for (const ms of [10, 20, 30, 100]) {
    const sound = played(594, 1);
    for (let at = 0; at < 1_000; at += 2 * ms) silence(sound, at, ms);
    assertEquals(tonesAmong(all, sound), [594]);
  }
});

Deno.test("tone: loops without a gap", () => {
  assertEquals(longestGapMs(played(440, 1, 4), 440), 0);
});

Deno.test("toneGaps: finds 60 ms of silence, exactly", () => {
  const gaps = toneGaps(silence(played(880, 3), 1000, 60), 880);
  assertEquals(gaps.length, 1);
  assertAlmostEquals(gaps[0].ms, 60, 0.5);
  assertAlmostEquals(gaps[0].atMs, 1000, 3);
});

Deno.test("toneGaps: tells 19 ms from 21 ms", () => {
  assert(longestGapMs(silence(played(440, 2), 500, 19), 440) < 20);
  assert(longestGapMs(silence(played(440, 2), 500, 21), 440) > 20);
});

Deno.test("toneGaps: a gap filled with another sound is a gap", () => {
  const sound = silence(played(440, 2), 500, 60);
  const other = played(880, 2).samples;
  for (let i = 24_000; i < 24_000 + 2880; i++) sound.samples[i] = other[i];
  assertAlmostEquals(longestGapMs(sound, 440), 60, 3);
});

Deno.test("toneGaps: another person's tone is no disturbance", () => {
  const sound = silence(played(440, 2), 500, 60);
  played(880, 2).samples.forEach((sample, i) => sound.samples[i] += sample);
  assertAlmostEquals(longestGapMs(sound, 440), 60, 3);
  assertEquals(longestGapMs(sound, 880), 0);
  assertAlmostEquals(toneLevelDb(sound, 880), -15, 0.1);
});

Deno.test("toneGaps: a tone that is never there is one long gap", () => {
  const nothing = { sampleRate, samples: new Float32Array(sampleRate) };
  assertAlmostEquals(longestGapMs(nothing, 440), 1000, 6);
  assertEquals(dominantHz(nothing), 0);
  assertEquals(levelDb(nothing), -Infinity);
});

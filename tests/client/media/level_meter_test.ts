import { assert, assertEquals } from "@std/assert";
import { LevelMeter, levelOf } from "@/lib/client/media/level_meter.ts";
import { VirtualClock } from "../../fakes/clock.ts";
import { FakeMediaStream, fakeTrack } from "../../fakes/media.ts";

/** A sine wave of that amplitude, 1 = full scale. */
function sine(amplitude: number): Float32Array {
  return Float32Array.from(
    { length: 1024 },
    (_, i) => amplitude * Math.sin(2 * Math.PI * i / 64),
  );
}

Deno.test("levelOf is 0 for digital silence, 100 for loud sound and grows between", () => {
  assertEquals(levelOf(new Float32Array(1024)), 0);
  assertEquals(levelOf(sine(1)), 100);
  assertEquals(levelOf(sine(0.0001)), 0);
  const levels = [0.005, 0.02, 0.1, 0.3].map((a) => levelOf(sine(a)));
  assert(levels.every((level, i) => i === 0 || level > levels[i - 1]));
  assert(levels.every((level) => level > 0 && level < 100));
});

function fakeContext() {
  const state = { amplitude: 0, closed: 0, disconnected: 0 };
  const context = {
    createMediaStreamSource: () => ({
      connect() {},
      disconnect: () => state.disconnected++,
    }),
    createAnalyser: () => ({
      fftSize: 0,
      getFloatTimeDomainData: (into: Float32Array<ArrayBuffer>) =>
        into.set(sine(state.amplitude)),
    }),
    resume: () => Promise.resolve(),
    close: () => Promise.resolve(state.closed++),
  } as unknown as AudioContext;
  return { state, context };
}

Deno.test("LevelMeter tells the level now and when it changes, and stops when told to", () => {
  const clock = new VirtualClock();
  const { state, context } = fakeContext();
  const stream = new FakeMediaStream([fakeTrack("audio")]);
  const meter = new LevelMeter(stream, { audioContext: context, clock });
  const levels: number[] = [];
  const stop = meter.subscribe((level) => levels.push(level));
  clock.runNow(1_000);
  assertEquals(levels, [0]);
  state.amplitude = 1;
  clock.runNow(50);
  assertEquals(levels, [0, 100]);
  stop();
  state.amplitude = 0;
  clock.runNow(1_000);
  assertEquals([levels.length, clock.waiting], [2, 0]);
  meter.close();
  assertEquals(state, { amplitude: 0, closed: 0, disconnected: 1 });
});

Deno.test("LevelMeter of a stream without sound, or without Web Audio, stays at 0", () => {
  const { context } = fakeContext();
  const silent = new LevelMeter(new FakeMediaStream([]), {
    audioContext: context,
  });
  assertEquals(silent.read(), 0);
  const stream = new FakeMediaStream([fakeTrack("audio")]);
  const none = new LevelMeter(stream);
  assertEquals(none.read(), 0);
  none.close();
});

import type { VOIPErrorCode } from "@/lib/client/voip/voip_error.ts";
import { assert, assertEquals } from "@std/assert";
import { fakeContext, manualPair, rejects, rig, throws } from "./rig.ts";

Deno.test("VOIPService opens the microphone as asked, mutes it and closes it", async () => {
  const { voip, devices } = rig().person({
    audioConstraints: { echoCancellation: false },
  });
  throws(() => voip.setMicrophoneMuted(true), "microphone-off");
  const stream = await voip.enableMicrophone();
  assertEquals(stream.getAudioTracks().length, 1);
  assertEquals(devices.asked, [{
    audio: {
      echoCancellation: false,
      noiseSuppression: true,
      autoGainControl: true,
    },
  }]);
  const [track] = devices.tracks;
  voip.setMicrophoneMuted(true);
  assertEquals([voip.getState().microphone, track.enabled], ["muted", false]);
  voip.setMicrophoneMuted(false);
  assertEquals([voip.getState().microphone, track.enabled], ["on", true]);
  voip.setMicrophoneMuted(true);
  assert(await voip.enableMicrophone() === stream);
  assertEquals(voip.getState().microphone, "on");
  voip.disableMicrophone();
  assertEquals([voip.getState().microphone, devices.open], ["off", 0]);
});

Deno.test("VOIPService tells why a microphone could not be opened", async () => {
  const failures: [string, VOIPErrorCode][] = [
    ["NotAllowedError", "permission-denied"],
    ["NotFoundError", "no-device"],
    ["NotReadableError", "device-busy"],
    ["UnknownError", "microphone-failed"],
  ];
  for (const [name, code] of failures) {
    const { voip, devices, log } = rig().person();
    devices.failure.audio = name;
    await rejects(voip.enableMicrophone(), code);
    assertEquals(voip.getState().microphone, "failed");
    assertEquals(log, [], "it was thrown: it is not told a second time");
    devices.failure = {};
    await voip.enableMicrophone();
    assertEquals(voip.getState().microphone, "on");
  }
});

Deno.test("VOIPService: a microphone that is disabled while it opens is closed when it comes", async () => {
  const { clock, person } = rig();
  const { voip, devices } = person();
  devices.hold();
  const opening = voip.enableMicrophone();
  opening.catch(() => {});
  await clock.run(1);
  assertEquals(voip.getState().microphone, "opening");
  throws(() => voip.setMicrophoneMuted(true), "microphone-off");
  voip.disableMicrophone();
  devices.release();
  await rejects(opening, "cancelled");
  assertEquals(devices.open, 0);
});

Deno.test("VOIPService takes another microphone when one is pulled out, and tells when there is none", async () => {
  const { clock, network, ann } = await manualPair();
  ann.log.length = 0;
  ann.devices.tracks[0].end();
  await clock.run(10);
  assertEquals(ann.voip.getState().microphone, "on");
  const [sender] = network.connections[0].getTransceivers();
  assert(sender.sender.track === ann.devices.tracks[1]);
  ann.devices.failure.audio = "NotFoundError";
  ann.devices.tracks[1].end();
  await clock.run(10);
  assertEquals(ann.voip.getState().microphone, "failed");
  assertEquals(ann.log, ["error no-device"]);
  assertEquals(sender.sender.track, null);
});

Deno.test("VOIPService measures the microphone from 0 to 100", async () => {
  const { sound, context } = fakeContext();
  const { voip } = rig().person({ audioContext: context });
  await voip.enableMicrophone();
  assertEquals(voip.getState().inputLevel, 0);
  sound.amplitude = 0.05;
  const { inputLevel } = voip.getState();
  assert(inputLevel > 0 && inputLevel < 100, `${inputLevel}`);
  sound.amplitude = 1;
  assertEquals(voip.getState().inputLevel, 100);
  voip.disableMicrophone();
  assertEquals([voip.getState().inputLevel, sound.sources], [0, 0]);
});

import { assertEquals } from "@std/assert";
import { systemDefault } from "@/lib/client/media/system_default.ts";
import { deviceInfo } from "../../fakes/media.ts";

Deno.test("systemDefault is the device behind Chromium's entry, and not one of a similar name", () => {
  const desk = deviceInfo("audioinput", "1", "Microphone", "desk");
  const array = [
    deviceInfo("audioinput", "2", "Front Microphone", "laptop"),
    deviceInfo("audioinput", "3", "Rear Microphone", "laptop"),
  ];
  const entry = deviceInfo(
    "audioinput",
    "default",
    "Default - Rear Microphone",
    "laptop",
  );
  const all = [entry, desk, ...array];
  assertEquals(systemDefault(all, "microphone")?.deviceId, "3");
  assertEquals(systemDefault(all, "camera"), undefined);
  assertEquals(systemDefault([desk], "microphone"), undefined);
});

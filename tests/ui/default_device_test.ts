import { assertEquals } from "@std/assert";
import { withDefault } from "@/lib/ui/default_device.ts";

const HEADSET = { deviceId: "headset", label: "Headset" };

Deno.test("withDefault offers the system's choice where the browser lists none, and names what it is", () => {
  const labels = (inUse?: string) =>
    withDefault([HEADSET], inUse).map(({ label }) => label);
  assertEquals(labels(), ["System default", "Headset"]);
  assertEquals(labels("Built-in"), ["System default (Built-in)", "Headset"]);
  assertEquals(withDefault([]), [], "nothing can be chosen");
});

Deno.test("withDefault offers it once where the browser lists it, in the browser's words", () => {
  const listed = { deviceId: "default", label: "Default - Headset" };
  assertEquals(withDefault([HEADSET, listed], "other"), [listed, HEADSET]);
});

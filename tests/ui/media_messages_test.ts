import { assert, assertEquals } from "@std/assert";
import { mediaMessage, mediaMessages } from "@/lib/ui/media_messages.ts";

Deno.test("mediaMessage names the device and differs by failure", () => {
  const failures = [
    "permission-denied",
    "no-device",
    "device-busy",
    "insecure-page",
    "failed",
  ] as const;
  const said = new Set<string>();
  for (const failure of failures) {
    for (const device of ["microphone", "camera"] as const) {
      const text = mediaMessage(failure, device);
      assert(text.includes(device), text);
      said.add(text);
    }
  }
  assertEquals(said.size, failures.length * 2);
});

Deno.test("mediaMessages says the same trouble only once", () => {
  const denied = { status: "failed", failure: "permission-denied" } as const;
  const busy = { status: "failed", failure: "device-busy" } as const;
  const off = { status: "off" } as const;
  assertEquals(mediaMessages(off, off), []);
  assertEquals(mediaMessages(denied, denied).length, 1);
  assertEquals(mediaMessages(denied, busy).length, 2);
  assertEquals(mediaMessages(off, busy), [
    mediaMessage("device-busy", "camera"),
  ]);
});

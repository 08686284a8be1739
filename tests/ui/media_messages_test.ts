import { assert, assertEquals } from "@std/assert";
import {
  mediaMessage,
  mediaMessages,
  noticeMessage,
  screenMessage,
} from "@/lib/ui/media_messages.ts";

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

Deno.test("noticeMessage says which device it was, and what is used now", () => {
  const unplugged = noticeMessage(
    { kind: "unplugged", label: "Headset" },
    "microphone",
  );
  assert(unplugged.includes("Headset"), unplugged);
  const unseen = noticeMessage({ kind: "unplugged", label: "" }, "camera");
  assert(unseen.startsWith("Your camera"), unseen);
  const busy = noticeMessage(
    { kind: "not-changed", failure: "device-busy" },
    "microphone",
  );
  assert(busy.includes(mediaMessage("device-busy", "microphone")), busy);
  assert(busy.includes("still in use"), busy);
  assert(
    noticeMessage({ kind: "muted-by-system" }, "camera").includes("camera"),
  );
});

Deno.test("screenMessage tells the system's no from any other failure", () => {
  const denied = screenMessage("permission-denied");
  assert(denied !== screenMessage("failed"));
  assert(denied.includes("privacy settings"), denied);
});

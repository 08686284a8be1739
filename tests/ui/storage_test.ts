import { assertEquals } from "@std/assert";
import {
  hostToken,
  keepHostToken,
  keepSound,
  keptSound,
} from "@/lib/ui/storage.ts";

Deno.test("storage that is refused is as good as empty", () => {
  const real = Object.getOwnPropertyDescriptor(globalThis, "localStorage")!;
  Object.defineProperty(globalThis, "localStorage", {
    configurable: true,
    get() {
      throw new DOMException("blocked", "SecurityError");
    },
  });
  try {
    keepHostToken("one", "h");
    assertEquals(hostToken("one"), undefined);
  } finally {
    Object.defineProperty(globalThis, "localStorage", real);
  }
});

Deno.test("keepHostToken keeps the token of one room, until it is good for nothing", () => {
  keepHostToken("one", "h");
  assertEquals([hostToken("one"), hostToken("two")], ["h", undefined]);
  keepHostToken("one", null);
  assertEquals(hostToken("one"), undefined);
});

Deno.test("keptSound gives back how sound was played, and stands what somebody else wrote", () => {
  localStorage.removeItem("ringdown.sound");
  assertEquals(keptSound(), { masterVolume: 100 });
  keepSound({ masterVolume: 40, speakerId: "headset" });
  assertEquals(keptSound(), { masterVolume: 40, speakerId: "headset" });
  keepSound({ masterVolume: 40, speakerId: undefined });
  assertEquals(keptSound(), { masterVolume: 40 });
  const strange = [
    "",
    "null",
    "[]",
    '"x"',
    '{"masterVolume":101}',
    '{"masterVolume":"5","speakerId":7}',
  ];
  for (const text of strange) {
    localStorage.setItem("ringdown.sound", text);
    assertEquals(keptSound(), { masterVolume: 100 });
  }
  localStorage.removeItem("ringdown.sound");
});

import { assertEquals } from "@std/assert";
import {
  hostToken,
  keepCall,
  keepHostToken,
  keptCall,
} from "@/lib/ui/storage.ts";

const CALL = { token: "t", name: "Ann", microphone: true, camera: false };

Deno.test("keptCall gives back what a reload needs, per room, until it is over", () => {
  keepCall("one", CALL);
  assertEquals(keptCall("one"), CALL);
  assertEquals(keptCall("two"), null);
  keepCall("one", null);
  assertEquals(keptCall("one"), null);
});

Deno.test("keptCall survives what somebody else wrote", () => {
  for (const text of ["", "nonsense", "null", "[]", '{"token":5}']) {
    sessionStorage.setItem("ringdown.call.one", text);
    assertEquals(keptCall("one"), null, text);
  }
  sessionStorage.removeItem("ringdown.call.one");
});

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

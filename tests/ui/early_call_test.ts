import { assertEquals } from "@std/assert";
import { earlyCall, enterWith } from "@/lib/ui/early_call.ts";

Deno.test("enterWith reads what the link asks for", () => {
  const asked = (query: string) => enterWith(new URLSearchParams(query));
  assertEquals(asked(""), null);
  assertEquals(asked("name=Ann"), null);
  assertEquals(asked("enter"), "sound");
  assertEquals(asked("enter="), "sound");
  assertEquals(asked("enter=sound"), "sound");
  assertEquals(asked("enter=video"), "video");
  assertEquals(asked("enter=none"), "none");
  assertEquals(asked("enter=nonsense"), "sound");
});

Deno.test("earlyCall starts nothing on the server", () => {
  assertEquals(earlyCall(), null);
});

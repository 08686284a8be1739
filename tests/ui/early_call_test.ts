import { assertEquals } from "@std/assert";
import { earlyCall } from "@/lib/ui/early_call.ts";

Deno.test("earlyCall starts nothing on the server", () => {
  assertEquals(earlyCall(), null);
});

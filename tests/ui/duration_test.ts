import { assertEquals } from "@std/assert";
import { clockText, spokenDuration } from "@/lib/ui/duration.ts";

Deno.test("clockText is a clock", () => {
  assertEquals(clockText(-5), "0:00");
  assertEquals(clockText(7_999), "0:07");
  assertEquals(clockText(750_000), "12:30");
  assertEquals(clockText(3_599_999), "59:59");
  assertEquals(clockText(3_723_000), "1:02:03");
  assertEquals(clockText(36_000_000), "10:00:00");
});

Deno.test("spokenDuration is said in words", () => {
  assertEquals(spokenDuration(1_000), "1 second");
  assertEquals(spokenDuration(59_000), "59 seconds");
  assertEquals(spokenDuration(60_000), "1 minute");
  assertEquals(spokenDuration(3_600_000), "1 hour");
  assertEquals(spokenDuration(7_320_000), "2 hours 2 minutes");
});

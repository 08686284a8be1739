import { assertEquals } from "@std/assert";
import { Remembered } from "@/lib/server/remembered.ts";

Deno.test("Remembered keeps what a key began with", () => {
  const remembered = new Remembered(() => [] as number[]);
  remembered.of("a").push(1);
  remembered.of("a").push(2);
  assertEquals(remembered.of("a"), [1, 2]);
  assertEquals(remembered.of("b"), []);
});

Deno.test("Remembered keeps a bounded number of keys, and forgets the longest unused", () => {
  let made = 0;
  const remembered = new Remembered(() => made++, 3);
  const kept = remembered.of("kept");
  const first = remembered.of("other 0");
  for (let n = 1; n < 1_000; n++) {
    remembered.of(`other ${n}`);
    assertEquals(remembered.of("kept"), kept);
    assertEquals(remembered.size, Math.min(n + 2, 3));
  }
  assertEquals(remembered.of("other 0"), made - 1);
  assertEquals(first, 1);
});

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { hashPin, isPin } from "@/lib/server/pin.ts";

Deno.test("isPin() knows the right PIN from others", async () => {
  const stored = await hashPin("0042");
  assert(await isPin("0042", stored));
  for (const wrong of ["42", "0043", "00420", "", " 0042", "００４２"]) {
    assertEquals(await isPin(wrong, stored), false, wrong);
  }
});

Deno.test("hashPin() salts: one PIN is never stored the same way twice", async () => {
  const [one, other] = await Promise.all([hashPin("1234"), hashPin("1234")]);
  assertNotEquals(one.salt, other.salt);
  assertNotEquals(one.hash, other.hash);
  assert(!JSON.stringify(one).includes("1234"));
});

Deno.test("isPin() obeys the rounds that were stored, so that they can be raised later", async () => {
  const stored = await hashPin("1234");
  assertEquals(await isPin("1234", { ...stored, rounds: 1 }), false);
});

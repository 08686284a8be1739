import { assert, assertFalse } from "@std/assert";
import { isBack, isFlat, isWarm } from "./level.ts";

Deno.test("level: memory is back when it is at most 10 % above where it was", () => {
  assert(isBack(60, 66));
  assert(isBack(60, 30));
  assertFalse(isBack(60, 67));
});

Deno.test("level: a series that rises and stays is flat; one that goes on rising is not", () => {
  assert(isFlat([30, 38, 40, 40.2, 40.1, 39.9, 40.3, 40.2]));
  assertFalse(isFlat([39.7, 40.4, 41.2, 42.9, 43.4, 43.8, 44.2, 45.4]));
});

Deno.test("level: a server is warm when two blocks of work end alike", () => {
  assertFalse(isWarm([60]));
  assertFalse(isWarm([50, 60]));
  assert(isWarm([50, 60, 59.5]));
});

import { assertEquals, assertThrows } from "@std/assert";
import { Name, plainText } from "@/lib/protocol/name.ts";
import { check } from "@/lib/protocol/parse.ts";

Deno.test("plainText: control, bidirectional and invisible characters are gone, white space is folded", () => {
  const table: [string, string][] = [
    ["Ann", "Ann"],
    ["  Ann \t\n Lee  ", "Ann Lee"],
    ["A\u0000n\u001bn\u007f\u0085", "Ann"],
    ["\u202eAnn\u202c", "Ann"],
    ["A\u2066n\u2069n\u200f\u061c", "Ann"],
    ["A\u200bn\u200dn\ufeff\u2060", "Ann"],
    ["A\ud800nn", "Ann"],
    ["Zoë 𝕏 王", "Zoë 𝕏 王"],
    ["<b>Ann</b>", "<b>Ann</b>"],
  ];
  for (const [text, plain] of table) assertEquals(plainText(text), plain);
});

Deno.test("Name: 1 to 64 characters, counted as people do not bytes", () => {
  assertEquals(check(Name, "𝕏".repeat(64)), "𝕏".repeat(64));
  assertEquals(check(Name, ` ${"x".repeat(64)} `), "x".repeat(64));
  for (
    const name of [
      "",
      "   ",
      "\u200b",
      "𝕏".repeat(65),
      "x".repeat(1_000),
      1,
      null,
      undefined,
      {},
    ]
  ) {
    assertThrows(
      () => check(Name, name),
      Error,
      undefined,
      JSON.stringify(name),
    );
  }
});

import { assert, assertEquals } from "@std/assert";
import { hueOf, initials } from "@/lib/ui/initials.ts";

Deno.test("initials are those of the first and the last word", () => {
  const expected: Record<string, string> = {
    "Ann": "A",
    "ann lee": "AL",
    "Jean-Pierre van der Berg": "JB",
    "  Ann   Lee ": "AL",
    "(Ann) 'Lee'": "AL",
    "李雷": "李",
    "Émile Zola": "ÉZ",
    "e\u0301mile": "E\u0301",
    "🇳🇴 Kari": "🇳🇴K",
    "42": "4",
    "": "?",
    "!!!": "?",
  };
  for (const [name, letters] of Object.entries(expected)) {
    assertEquals(initials(name), letters, name);
  }
});

Deno.test("hueOf is the same for the same text and uses every colour", () => {
  const seen = new Set<number>();
  for (let id = 0; id < 200; id++) {
    const hue = hueOf(`member-${id}`, 6);
    assertEquals(hue, hueOf(`member-${id}`, 6));
    assert(Number.isInteger(hue) && hue >= 0 && hue < 6);
    seen.add(hue);
  }
  assertEquals(seen.size, 6);
});

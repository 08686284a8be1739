import { assertEquals } from "@std/assert";
import {
  publicMembers,
  publicSymbols,
  REFERENCE,
  reference,
} from "../../offline/reference.ts";

const COMMITTED = new URL(`../../${REFERENCE}`, import.meta.url);

Deno.test("docs/api.md is what the docstrings say: run `deno task docs`", async () => {
  assertEquals(await Deno.readTextFile(COMMITTED), await reference());
});

Deno.test("everything that the client library exports has a docstring, and so have the members of it", async () => {
  const bare: string[] = [];
  for (const { name, declarations } of await publicSymbols()) {
    // A schema and the type of it share a name, and a docstring.
    if (declarations.every(({ jsDoc }) => !jsDoc?.doc)) bare.push(name);
    for (const declaration of declarations) {
      if (!["class", "interface"].includes(declaration.kind)) continue;
      for (const member of publicMembers(declaration)) {
        const { doc, tags } = member.jsDoc ?? {};
        if (!doc && !tags) bare.push(`${name}.${member.name}`);
      }
    }
  }
  assertEquals(bare, []);
});

import { assertEquals } from "@std/assert";
import { addPreloads, findPreloads } from "@/lib/server/preloads.ts";

Deno.test("findPreloads follows static imports to their end, and round in circles once", async () => {
  const folder = await Deno.makeTempDir();
  try {
    for (
      const [name, text] of Object.entries({
        "Call.js": 'import{a as b}from"./one.js";import"./two.js";later()',
        "one.js": "export { c } from './two.js';\nimport(\"./Settings.js\")",
        "two.js": 'import {d} from "./one.js"; import x from "https://x/y.js"',
        "Settings.js": 'import e from"./one.js"',
        "notes.txt": 'import"./one.js"',
      })
    ) await Deno.writeTextFile(`${folder}/${name}`, text);
    assertEquals(await findPreloads(folder, "/js"), {
      "/js/Call.js": ["/js/one.js", "/js/two.js"],
      "/js/one.js": ["/js/two.js", "/js/one.js"],
      "/js/two.js": ["/js/one.js", "/js/two.js"],
      "/js/Settings.js": ["/js/one.js", "/js/two.js"],
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("addPreloads names each module once", () => {
  const preloads = { "/a.js": ["/c.js", "/b.js"], "/b.js": ["/c.js"] };
  const response = new Response("", {
    headers: {
      Link:
        '</a.js>; rel="modulepreload"; as="script", </b.js>; rel="modulepreload"; as="script"',
    },
  });
  addPreloads(response, preloads);
  assertEquals(
    response.headers.get("Link"),
    '</a.js>; rel="modulepreload"; as="script", </b.js>; rel="modulepreload"; as="script", </c.js>; rel="modulepreload"',
  );
  const plain = new Response("");
  addPreloads(plain, preloads);
  assertEquals(plain.headers.has("Link"), false);
});

import { assert, assertEquals } from "@std/assert";
import { joinModules } from "@/lib/build/join_modules.ts";

/** What esbuild might have made of an app with two pages. */
const BUNDLES = {
  "fresh-runtime.js": 'import{p}from"./chunk-P.js";export const boot=[p];',
  "Call.js":
    'import{p}from"./chunk-P.js";import{e}from"./chunk-E.js";import{s}from"./chunk-S.js";' +
    'var C=()=>["call",p,e,s,import("./later-L.js")];export{C as default};',
  "Lobby.js":
    'import{e}from"./chunk-E.js";var L=()=>["lobby",e];export{L as default};',
  "Home.js":
    'import{e}from"./chunk-E.js";var H=()=>["home",e];export{H as default};',
  "chunk-P.js": "export const p={preact:1};",
  "chunk-E.js": "export const e={engine:1};",
  "chunk-S.js": "export const s={shared:1};",
  "later-L.js": 'import{s}from"./chunk-S.js";export{s};',
};

Deno.test("joinModules: a page's islands are one file, and each module is there once", async () => {
  const outDir = await Deno.makeTempDir();
  const folder = `${outDir}/static/_fresh/js/1`;
  try {
    await Deno.mkdir(folder, { recursive: true });
    for (const [name, text] of Object.entries(BUNDLES)) {
      await Deno.writeTextFile(`${folder}/${name}`, text);
    }
    await joinModules(outDir, [["Call", "Lobby"], ["Home"]]);

    const names = [...Deno.readDirSync(folder)].map(({ name }) => name);
    assertEquals(names.toSorted(), [
      "Call.js",
      "Home.js",
      "Lobby.js",
      "chunk-P.js",
      "chunk-S.js",
      "fresh-runtime.js",
      "later-L.js",
    ]);
    const load = (name: string) => import(`file://${folder}/${name}`);
    const [_, preact, engine, shared, later] = (await load("Call.js"))
      .default();
    assertEquals((await load("Lobby.js")).default(), ["lobby", engine]);
    assert((await load("Lobby.js")).default()[1] === engine);
    assert((await load("fresh-runtime.js")).boot[0] === preact);
    assert((await later).s === shared);
    assertEquals((await load("Home.js")).default(), ["home", { engine: 1 }]);
  } finally {
    await Deno.remove(outDir, { recursive: true });
  }
});

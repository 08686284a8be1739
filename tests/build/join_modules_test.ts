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

/** A build of these bundles, for as long as it is in use. */
async function buildOf(bundles: Record<string, string>) {
  const outDir = await Deno.makeTempDir();
  const folder = `${outDir}/static/_fresh/js/1`;
  await Deno.mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(bundles)) {
    await Deno.writeTextFile(`${folder}/${name}`, text);
  }
  return {
    outDir,
    names: () => [...Deno.readDirSync(folder)].map(({ name }) => name).sort(),
    load: (name: string) => import(`file://${folder}/${name}`),
    [Symbol.asyncDispose]: () => Deno.remove(outDir, { recursive: true }),
  };
}

/** The files that are left of either. */
const JOINED = [
  "Call.js",
  "Home.js",
  "Lobby.js",
  "chunk-P.js",
  "chunk-S.js",
  "fresh-runtime.js",
  "later-L.js",
];

Deno.test("joinModules: a page's islands are one file, and each module is there once", async () => {
  await using build = await buildOf(BUNDLES);
  await joinModules(build.outDir, [["Call", "Lobby"], ["Home"]]);

  assertEquals(build.names(), JOINED);
  const { load } = build;
  const [_, preact, engine, shared, later] = (await load("Call.js")).default();
  assertEquals((await load("Lobby.js")).default(), ["lobby", engine]);
  assert((await load("Lobby.js")).default()[1] === engine);
  assert((await load("fresh-runtime.js")).boot[0] === preact);
  assert((await later).s === shared);
  assertEquals((await load("Home.js")).default(), ["home", { engine: 1 }]);
});

/** What the Builder makes of a runtime whose parts are bundled like islands too. */
const WITH_PARTS = {
  ...BUNDLES,
  "fresh-runtime.js":
    'import{b}from"./chunk-B.js";import{p}from"./chunk-P.js";globalThis.partials=p;export{b as boot};',
  "polyfills.js": 'globalThis.polyfills="there";',
  "reviver.js":
    'import{b}from"./chunk-B.js";import"./chunk-P.js";export{b as boot,b as other};',
  "chunk-B.js": 'import{p}from"./chunk-P.js";const b=()=>["boot",p];export{b};',
};

Deno.test("joinModules: a runtime of some of Fresh's modules, in one file", async () => {
  await using build = await buildOf(WITH_PARTS);
  await joinModules(
    build.outDir,
    [["Call", "Lobby"], ["Home"]],
    'import "./polyfills.js"; export { boot } from "./reviver.js";',
  );

  assertEquals(build.names(), JOINED);
  const runtime = await build.load("fresh-runtime.js");
  assertEquals(Object.keys(runtime), ["boot"]);
  const [_, preact] = (await build.load("Call.js")).default();
  assert(runtime.boot()[1] === preact);
  assertEquals(Reflect.get(globalThis, "polyfills"), "there");
  assertEquals(Reflect.get(globalThis, "partials"), undefined);
});

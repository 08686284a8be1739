import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  buildInfo,
  builtPreloads,
  describePackages,
  finishBuild,
  servedFrom,
  servedWith,
  withoutMetafile,
} from "@/lib/server/built_with.ts";
import { ROOT } from "@/offline/paths.ts";
import { runDeno, tempDir } from "./processes.ts";

Deno.test("servedWith: kind and version, whichever is in place", () => {
  const { fresh, version, djwt } = servedWith();
  assertEquals(version, "2.3.3");
  assertEquals(fresh, djwt);
  assert(["upstream", "stand-in"].includes(fresh));
});

Deno.test("servedFrom: built with one and served with the other is refused", () => {
  assertEquals(buildInfo().builtWith, null);
  const now = servedWith();
  const other = now.fresh === "upstream" ? "stand-in" : "upstream";
  for (
    const record of [
      { ...now, fresh: other } as const,
      { ...now, djwt: other } as const,
      { ...now, version: "2.3.2" },
    ]
  ) {
    const { message } = assertThrows(() => servedFrom(record, {}), Error);
    assert(message.includes(describePackages(record)), message);
    assert(message.includes(describePackages(now)), message);
    assertEquals(buildInfo().builtWith, null);
  }
  const elsewhere = now.source === "jsr" ? "folders" : "jsr";
  servedFrom({ ...now, source: elsewhere }, { "/a.js": ["/b.js"] });
  assertEquals(buildInfo().builtWith?.source, elsewhere);
  assertEquals(builtPreloads(), { "/a.js": ["/b.js"] });
});

Deno.test("finishBuild: record and check are written, the metafile and what was joined are gone", async () => {
  await using dir = await tempDir();
  const js = `${dir.path}/static/_fresh/js/abc`;
  await Deno.mkdir(js, { recursive: true });
  await Deno.writeTextFile(`${js}/metafile.json`, "{}");
  await Deno.writeTextFile(`${js}/a.js`, 'import"./b.js";');
  await Deno.writeTextFile(`${js}/b.js`, "");
  const entry = (name: string) => `  ["/_fresh/js/abc/${name}", {"hash":"1"}]`;
  const files = [
    entry("a.js"),
    entry("metafile.json"),
    entry("b.js"),
    entry("gone.js"),
  ];
  await Deno.writeTextFile(`${dir.path}/kept.js`, "export const name = 1;");
  const prepare = (name: string, file: string) =>
    `modules.push([${name}, "/_fresh/js/abc/${file}"]);`;
  const snapshot = [
    'import * as kept from "./kept.js";',
    'import * as gone from "./gone.js";',
    "export const modules = [];",
    prepare("kept", "a.js"),
    prepare("gone", "gone.js"),
    `export const staticFiles = new Map([\n${files.join(",\n")}\n]);`,
  ];
  await Deno.writeTextFile(`${dir.path}/snapshot.js`, snapshot.join("\n"));
  await Deno.writeTextFile(`${dir.path}/server.js`, "export default 1;\n");
  await finishBuild(dir.path);

  const { modules, staticFiles } = await import(
    `file://${dir.path}/snapshot.js`
  );
  assertEquals(modules, [
    [await import(`file://${dir.path}/kept.js`), "/_fresh/js/abc/a.js"],
  ]);
  assertEquals([...staticFiles.keys()], [
    "/_fresh/js/abc/a.js",
    "/_fresh/js/abc/b.js",
  ]);
  const kept = [...Deno.readDirSync(js)].map(({ name }) => name);
  assertEquals(kept.toSorted(), ["a.js", "b.js"]);
  assertEquals(
    JSON.parse(await Deno.readTextFile(`${dir.path}/built_with.json`)),
    servedWith(),
  );
  assertEquals(
    JSON.parse(await Deno.readTextFile(`${dir.path}/preloads.json`)),
    {
      "/_fresh/js/abc/a.js": ["/_fresh/js/abc/b.js"],
      "/_fresh/js/abc/b.js": [],
    },
  );
  const server = await Deno.readTextFile(`${dir.path}/server.js`);
  assertEquals(server, 'import "./check.js";\nexport default 1;\n');
});

Deno.test("the check of a build runs first, and stops what it was not made for", async () => {
  await using dir = await tempDir();
  await Deno.mkdir(`${dir.path}/static/_fresh/js`, { recursive: true });
  await Deno.writeTextFile(`${dir.path}/snapshot.js`, "");
  await Deno.writeTextFile(`${dir.path}/server.js`, 'console.log("served");');
  await finishBuild(dir.path);
  const serve = () =>
    runDeno([
      "run",
      "-A",
      "--no-lock",
      `--config=${ROOT}/deno.json`,
      `${dir.path}/server.js`,
    ]);
  const right = await serve();
  assertEquals([right.code, right.output], [0, "served\n"]);

  const path = `${dir.path}/built_with.json`;
  const record = JSON.parse(await Deno.readTextFile(path));
  record.fresh = record.fresh === "upstream" ? "stand-in" : "upstream";
  await Deno.writeTextFile(path, JSON.stringify(record));
  const wrong = await serve();
  assertEquals([wrong.code, wrong.output.includes("served\n")], [1, false]);
  assert(wrong.output.includes("_fresh was built with Fresh 2.3.3"));
});

Deno.test("dev.ts build refuses stand-ins that nobody allowed", async () => {
  if (servedWith().fresh === "upstream") return;
  const { code, output } = await runDeno(
    ["run", "-A", "--no-lock", "dev.ts", "build"],
    { RINGDOWN_STAND_INS: undefined },
  );
  assertEquals(code, 1);
  assert(output.includes("upstream's packages or not at all"), output);
});

Deno.test("withoutMetafile: nobody gets it", async () => {
  const app = withoutMetafile({
    handler: () => (_request: Request) => Promise.resolve(new Response("x")),
  });
  const ask = async (path: string) =>
    (await app.handler()(new Request(`http://localhost${path}`))).status;
  assertEquals(await ask("/_fresh/js/abc/metafile.json"), 404);
  assertEquals(await ask("/_fresh/js/abc/a.js"), 200);
});

import {
  assert,
  assertEquals,
  assertNotEquals,
  assertRejects,
} from "@std/assert";
import {
  digestOf,
  holdRegistry,
  readPackages,
  registryHandler,
} from "@/offline/registry.ts";
import { runDeno, startDeno, tempDir } from "./processes.ts";

async function writePackage(dir: string, code: string): Promise<void> {
  await Deno.mkdir(`${dir}/one`, { recursive: true });
  await Deno.writeTextFile(
    `${dir}/one/deno.json`,
    JSON.stringify({
      name: "@ringdown-test/one",
      version: "1.2.3",
      exports: { ".": "./mod.ts", "./sub": "./sub.ts" },
    }),
  );
  await Deno.writeTextFile(`${dir}/one/mod.ts`, code);
  await Deno.writeTextFile(`${dir}/one/mod_test.ts`, "not for publishing");
  await Deno.writeTextFile(
    `${dir}/one/sub.ts`,
    'export { one } from "./mod.ts";',
  );
}

const CODE = "export const one: number = 1;";

Deno.test("registryHandler: answers as JSR does, and nothing else", async () => {
  await using dir = await tempDir();
  await writePackage(dir.path, CODE);
  const packages = await readPackages(dir.path);
  const ask = registryHandler(packages);
  const root = `http://127.0.0.1/${digestOf(packages)}`;
  const get = (path: string) => ask(new Request(root + path));

  const meta = await get("/@ringdown-test/one/meta.json").json();
  assertEquals(meta, {
    scope: "ringdown-test",
    name: "one",
    latest: "1.2.3",
    versions: { "1.2.3": {} },
  });
  const version = await get("/@ringdown-test/one/1.2.3_meta.json").json();
  assertEquals(version.exports, { ".": "./mod.ts", "./sub": "./sub.ts" });
  assertEquals(Object.keys(version.manifest), [
    "/deno.json",
    "/mod.ts",
    "/sub.ts",
  ]);
  assertEquals(version.manifest["/mod.ts"].size, CODE.length);
  const file = get("/@ringdown-test/one/1.2.3/mod.ts");
  assertEquals(
    file.headers.get("content-type"),
    "text/typescript; charset=utf-8",
  );
  assertEquals(await file.text(), CODE);
  for (const path of ["/@ringdown-test/two/meta.json", "/../x", "/x%00"]) {
    assertEquals(get(path).status, 404);
  }
  assertEquals(ask(new Request("http://127.0.0.1/other/")).status, 404);
});

Deno.test("digestOf: changes with any byte", async () => {
  await using dir = await tempDir();
  await writePackage(dir.path, CODE);
  const before = digestOf(await readPackages(dir.path));
  assertEquals(digestOf(await readPackages(`${dir.path}/one`)), before);
  await writePackage(dir.path, `${CODE} `);
  assertNotEquals(digestOf(await readPackages(dir.path)), before);
});

Deno.test("readPackages: says when a folder holds none", async () => {
  await using dir = await tempDir();
  await assertRejects(() => readPackages(dir.path), Error, "no package folder");
});

Deno.test("holdRegistry: Deno takes packages from it, edits included", async () => {
  await using dir = await tempDir();
  const program = `data:text/javascript,${
    encodeURIComponent(
      'import { one } from "jsr:@ringdown-test/one@^1/sub"; console.log("it is", one);',
    )
  }`;
  for (const n of [1, 2]) {
    await writePackage(dir.path, `export const one: number = ${n};`);
    const held = await holdRegistry(await readPackages(dir.path));
    const { output } = await runDeno([
      "run",
      "--no-lock",
      "--no-config",
      program,
    ], {
      JSR_URL: held.url,
    });
    await held.close();
    assert(output.includes(`it is ${n}`), output);
  }
});

const hold = (dir: string) =>
  startDeno(["run", "-A", "tests/offline/hold_registry.ts", dir]);

Deno.test("holdRegistry: the second joins, and takes over when the first is killed", async () => {
  await using dir = await tempDir();
  await writePackage(dir.path, `${CODE} // ${crypto.randomUUID()}`);
  await using first = hold(dir.path);
  await first.wrote("http");
  await using second = hold(dir.path);
  await second.wrote("http");
  await using third = hold(dir.path);
  await third.wrote("http");
  const url = first.output().trim();
  assertEquals([second.output().trim(), third.output().trim()], [url, url]);

  for (const leader of [first, second]) {
    leader.child.kill("SIGKILL");
    await leader.ended;
    const lost = performance.now();
    while (!await fetch(url).then((r) => r.text()).catch(() => "")) {
      assert(performance.now() - lost < 2000, "nobody took over");
    }
  }
});

Deno.test("holdRegistry: other folders have another port; closed, it is gone", async () => {
  await using a = await tempDir();
  await using b = await tempDir();
  await writePackage(a.path, `// ${crypto.randomUUID()}`);
  await writePackage(b.path, `// ${crypto.randomUUID()}`);
  const one = await holdRegistry(await readPackages(a.path));
  const two = await holdRegistry(await readPackages(b.path));
  assertNotEquals(new URL(one.url).port, new URL(two.url).port);
  for (const { url, close } of [one, two]) {
    assertEquals(await (await fetch(url)).text(), "folder registry\n");
    await close();
    await assertRejects(() => fetch(url));
  }
});

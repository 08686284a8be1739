import { assert, assertEquals } from "@std/assert";
import { ROOT } from "@/offline/paths.ts";
import {
  type Lock,
  missing,
  NPM_LOCK,
  pruned,
  wantedSpecifiers,
} from "@/offline/npm_lock.ts";
import { runDeno, tempDir } from "./processes.ts";

const lock: Lock = JSON.parse(await Deno.readTextFile(NPM_LOCK));

Deno.test("npm.lock holds every npm package that is asked for", async () => {
  const wanted = await wantedSpecifiers();
  for (const name of ["preact", "jose", "esbuild", "esbuild-wasm"]) {
    assert(wanted.some((item) => item.startsWith(`npm:${name}@`)), name);
  }
  assertEquals(missing(lock, wanted), []);
  assertEquals(missing(lock, ["npm:preact@^9.9"]), ["npm:preact@^9.9"]);
});

Deno.test("npm.lock is of npm alone, each package with its integrity", () => {
  assertEquals(
    Object.keys(lock.specifiers).filter((name) => !name.startsWith("npm:")),
    [],
  );
  assertEquals(Object.keys(lock).sort(), ["npm", "specifiers", "version"]);
  for (const [name, { integrity }] of Object.entries(lock.npm)) {
    assert(/^sha512-[\w+/]{86}==$/.test(integrity), `${name}: ${integrity}`);
  }
});

Deno.test("pruned: what is asked for, with all that it needs, and no more", () => {
  const part = pruned(lock, [
    "npm:@preact/signals@^2",
    "npm:esbuild-wasm@^0.25.11",
    "npm:esbuild@~0.25.5",
  ]);
  assertEquals(Object.keys(part.specifiers), [
    "npm:@preact/signals@2",
    "npm:esbuild-wasm@~0.25.11",
    "npm:esbuild@~0.25.5",
  ]);
  const names = Object.keys(part.npm).map((id) =>
    id.slice(0, id.indexOf("@", 1))
  );
  for (const name of ["preact", "@preact/signals-core", "@esbuild/linux-x64"]) {
    assert(names.includes(name), `${name} is not in ${names}`);
  }
  assert(!names.includes("jose"));
  for (const [id, about] of Object.entries(part.npm)) {
    assertEquals(about, lock.npm[id]);
  }
});

/** Runs a program that needs jose, with a lock and an empty cache. */
async function useJose(change: (lock: Lock) => void) {
  await using dir = await tempDir();
  const specifier = (await wantedSpecifiers())
    .find((item) => item.startsWith("npm:jose@"))!;
  const copy = structuredClone(pruned(lock, [specifier, "npm:preact@^10.29"]));
  change(copy);
  await Deno.writeTextFile(`${dir.path}/lock.json`, JSON.stringify(copy));
  await Deno.writeTextFile(
    `${dir.path}/main.ts`,
    `import "${specifier}"; console.log("it ran");`,
  );
  const args = ["run", "-A", "--frozen", "--lock=lock.json", "main.ts"];
  return await runDeno(args, { DENO_DIR: `${dir.path}/cache` }, dir.path);
}

Deno.test("a wrong hash in npm.lock stops the run", async () => {
  const right = await useJose(() => {});
  assertEquals([right.code, right.output.includes("it ran")], [0, true]);
  const wrong = await useJose(({ npm }) => {
    const name = Object.keys(npm).find((name) => name.startsWith("jose@"))!;
    npm[name].integrity = lock.npm[
      Object.keys(npm).find((other) => other.startsWith("preact@"))!
    ].integrity;
  });
  assert(wrong.code !== 0 && !wrong.output.includes("it ran"), wrong.output);
  assert(/integrity|checksum/i.test(wrong.output), wrong.output);
});

Deno.test("deno.json keeps deno task from writing a lock", async () => {
  const config = JSON.parse(await Deno.readTextFile(`${ROOT}/deno.json`));
  assertEquals(config.lock, false);
});

Deno.test("each file of the stand-ins says in its first line what it is", async () => {
  for await (const { name } of Deno.readDir(`${ROOT}/offline/jsr`)) {
    for await (const file of Deno.readDir(`${ROOT}/offline/jsr/${name}`)) {
      if (!file.name.endsWith(".ts")) continue;
      const path = `${ROOT}/offline/jsr/${name}/${file.name}`;
      const [first] = (await Deno.readTextFile(path)).split("\n", 1);
      assert(first.startsWith("/** Stand-in for `@"), `${path}: ${first}`);
    }
  }
});

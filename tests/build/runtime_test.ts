import { assert, assertEquals } from "@std/assert";
import { findRuntime } from "@/lib/build/runtime.ts";
import { servedWith } from "@/lib/server/built_with.ts";
import { ROOT } from "@/offline/paths.ts";

Deno.test("findRuntime: upstream's has the modules that it is known to have", async () => {
  await import("fresh/dev");
  const runtime = await findRuntime(import.meta.resolve("fresh/dev"));
  const names = runtime?.modules.map((path) => path.replace(/^.*\/src/, ""));
  assertEquals(
    names,
    servedWith().fresh === "upstream"
      ? ["/runtime/client/polyfills.ts", "/runtime/client/reviver.ts"]
      : undefined,
  );
});

Deno.test("findRuntime: a runtime of other modules stays whole", async () => {
  const dir = await Deno.makeTempDir();
  const find = async (name: string, modules: string[]) => {
    await Deno.mkdir(`${dir}/${name}/runtime/client`, { recursive: true });
    await Deno.writeTextFile(
      `${dir}/${name}/runtime/client/mod.ts`,
      modules.map((path) => `export * from "${path}";`).join("\n"),
    );
    return await findRuntime(`file://${dir}/${name}/dev/mod.ts`);
  };
  const known = [
    "./polyfills.ts",
    "./preact_hooks_client.ts",
    "./partials.ts",
    "../shared.ts",
    "./reviver.ts",
  ];
  try {
    const base = `file://${dir}/known/runtime/client`;
    assertEquals((await find("known", known))?.modules, [
      `${base}/polyfills.ts`,
      `${base}/reviver.ts`,
    ]);
    assertEquals(await find("more", [...known, "./new.ts"]), null);
    assertEquals(await find("less", known.slice(1)), null);
    assertEquals(await findRuntime(`file://${dir}/none/dev/mod.ts`), null);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

/** What only works with the modules that are left out, by the folder it must not be in. */
const NEEDS_MORE: Record<string, RegExp> = {
  islands: /fresh\/runtime|<(img|source)\b/,
  components: /fresh\/runtime|<(img|source)\b/,
  routes: /<Partial\b|\bf-(client-nav|partial|view-transition)\b/,
};

Deno.test("no page needs what is left out of the runtime", async () => {
  let files = 0;
  async function look(folder: string, needs: RegExp): Promise<void> {
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      const path = `${folder}/${name}`;
      if (isDirectory) {
        await look(path, needs);
        continue;
      }
      files++;
      const found = needs.exec(await Deno.readTextFile(path));
      assertEquals(found?.[0], undefined, path);
    }
  }
  for (const [folder, needs] of Object.entries(NEEDS_MORE)) {
    await look(`${ROOT}/${folder}`, needs);
  }
  assert(files > 50, `${files} files`);
});

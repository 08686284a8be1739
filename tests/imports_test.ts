import { assert, assertEquals } from "@std/assert";

const ROOT = new URL("../", import.meta.url);

/** What the files of each folder may import of the project, and by which names of `deno.json`. Nothing else is allowed. */
const RULES: Record<string, { folders: string[]; packages: string[] }> = {
  "lib/protocol/": { folders: ["lib/protocol/"], packages: ["valibot"] },
  "lib/client/": {
    folders: ["lib/protocol/", "lib/client/"],
    packages: ["valibot"],
  },
  "lib/server/": {
    folders: ["lib/protocol/", "lib/server/", "lib/define.ts"],
    packages: [
      "valibot",
      "@zaubrik/djwt",
      "fresh",
      "prom-client",
      "@opentelemetry/api",
      "node:process",
      "node:v8",
      "node:vm",
      "node:zlib",
    ],
  },
  "lib/build/": {
    folders: ["lib/server/", "lib/build/"],
    packages: ["esbuild"],
  },
  "lib/ui/": {
    folders: ["lib/protocol/", "lib/client/", "lib/ui/"],
    packages: ["preact", "preact/hooks", "@preact/signals", "uqr"],
  },
  "components/": {
    folders: ["lib/protocol/", "lib/client/", "lib/ui/", "components/"],
    packages: ["preact", "preact/hooks", "@preact/signals", "fresh/runtime"],
  },
  "islands/": {
    folders: ["lib/protocol/", "lib/client/", "lib/ui/", "components/"],
    packages: ["preact", "preact/hooks", "@preact/signals", "fresh/runtime"],
  },
  "routes/": {
    folders: [
      "lib/define.ts",
      "lib/protocol/",
      "lib/server/",
      "lib/ui/",
      "islands/",
      "components/",
    ],
    packages: [
      "fresh",
      "fresh/runtime",
      "preact",
      "@preact/signals",
      "valibot",
    ],
  },
};

/** `import … from "x"`, `export … from "x"`, `import "x"` and `import("x")`. */
const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s+(?:[^;"'`]*?\sfrom\s*)?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']/g;

/** Every import of a text: a path within the project, or a package's name. */
function importsOf(path: string, text: string): string[] {
  return [...text.matchAll(IMPORT)].map(([, fixed, dynamic]) =>
    fixed ?? dynamic
  ).map((name) => {
    if (name.startsWith("@/")) return name.slice(2);
    if (!name.startsWith(".")) return name;
    return new URL(name, new URL(path, "file:///")).pathname.slice(1);
  });
}

async function* sources(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(new URL(folder, ROOT))) {
    const path = `${folder}${entry.name}`;
    if (entry.isDirectory) yield* sources(`${path}/`);
    else if (/\.tsx?$/.test(entry.name)) yield path;
  }
}

/** What a file imports and may not. */
function violations(path: string, text: string): string[] {
  const folder = Object.keys(RULES).find((folder) => path.startsWith(folder));
  if (!folder) return [];
  const { folders, packages } = RULES[folder];
  return importsOf(path, text)
    .filter((name) =>
      !packages.includes(name) &&
      !folders.some((allowed) => name.startsWith(allowed))
    )
    .map((name) => `${path} imports ${name}`);
}

Deno.test("imports: dependencies run one way", async () => {
  const found: string[] = [];
  let files = 0;
  for (const folder of Object.keys(RULES)) {
    for await (const path of sources(folder)) {
      files++;
      found.push(
        ...violations(path, await Deno.readTextFile(new URL(path, ROOT))),
      );
    }
  }
  assert(files > 50, `only ${files} files were read`);
  assertEquals(found, []);
});

Deno.test("imports: what runs the wrong way is found", () => {
  assertEquals(violations("lib/client/x.ts", 'import { h } from "preact";'), [
    "lib/client/x.ts imports preact",
  ]);
  assertEquals(
    violations("lib/protocol/x.ts", 'export * from "../server/store.ts";'),
    ["lib/protocol/x.ts imports lib/server/store.ts"],
  );
  assertEquals(
    violations(
      "lib/server/x.ts",
      'import {\n  Call,\n} from "@/lib/client/call.ts";',
    ),
    ["lib/server/x.ts imports lib/client/call.ts"],
  );
  assertEquals(
    violations(
      "islands/X.tsx",
      'const x = await import("@/lib/server/rooms.ts");',
    ),
    ["islands/X.tsx imports lib/server/rooms.ts"],
  );
  assertEquals(
    violations("islands/X.tsx", 'import { Call } from "@/lib/client/call.ts";'),
    [],
  );
});

Deno.test("imports: lib/protocol uses neither Deno nor the DOM, lib/client not Deno", async () => {
  for await (const path of sources("lib/protocol/")) {
    const code = (await Deno.readTextFile(new URL(path, ROOT))).replace(
      /\/\*[\s\S]*?\*\/|\/\/.*/g,
      "",
    );
    assert(
      !/\b(Deno|document|window|navigator|localStorage|RTC\w+|MediaStream)\b[.[(]/
        .test(code),
      path,
    );
  }
  for await (const path of sources("lib/client/")) {
    const code = (await Deno.readTextFile(new URL(path, ROOT))).replace(
      /\/\*[\s\S]*?\*\/|\/\/.*/g,
      "",
    );
    assert(!/\bDeno\./.test(code), path);
  }
});

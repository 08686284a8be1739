/**
 * All modules of a page at once. Fresh tells the browser of a page's entries in a `Link` header; what they import in turn the browser would
 * learn only when it has read them.
 */

/** By a module's path, the paths of all that it imports, at whatever remove. */
export type Preloads = Readonly<Record<string, readonly string[]>>;

/** Static imports of a bundled module, which lie beside it. Dynamic ones are for later. */
const IMPORT = /\b(?:from|import)\s*["']\.\/([^"']+)["']/g;

/** What the bundles in a folder import. `base`: the folder's path on the server, such as `/_fresh/js/1`. */
export async function findPreloads(
  folder: string,
  base: string,
): Promise<Preloads> {
  const imports = new Map<string, string[]>();
  for await (const { name } of Deno.readDir(folder)) {
    if (!name.endsWith(".js")) continue;
    const text = await Deno.readTextFile(`${folder}/${name}`);
    imports.set(name, [...text.matchAll(IMPORT)].map(([, file]) => file));
  }
  const preloads: Record<string, string[]> = {};
  for (const [entry, first] of imports) {
    // A set's iteration goes on to what is added meanwhile.
    const all = new Set(first);
    for (const name of all) imports.get(name)?.forEach((file) => all.add(file));
    preloads[`${base}/${entry}`] = [...all].map((name) => `${base}/${name}`);
  }
  return preloads;
}

/** Adds to a page's `Link` header what the modules named there import. */
export function addPreloads(response: Response, preloads: Preloads): void {
  const named = preloadsOf(response);
  const all = new Set(named.flatMap((path) => preloads[path] ?? []));
  for (const path of named) all.delete(path);
  for (const path of all) {
    response.headers.append("Link", `<${path}>; rel="modulepreload"`);
  }
}

/** The paths that a page's `Link` header names. */
export function preloadsOf({ headers }: Response): string[] {
  const link = headers.get("Link") ?? "";
  return [...link.matchAll(/<([^>]+)>/g)].map(([, path]) => path);
}

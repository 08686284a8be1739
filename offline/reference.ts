/**
 * Writes docs/api.md: the reference of the client library, from its docstrings.
 *
 *     deno run -A offline/run.ts docs
 *
 * @module
 */

import { fromFileUrl, ROOT } from "./paths.ts";

/** Where it is written, below the project's root. */
export const REFERENCE = "docs/api.md";

/** What `deno doc --json` tells, as far as it is used here. */
interface Documented {
  name: string;
  location: { filename: string; byteIndex: number };
  jsDoc?: { doc?: string; tags?: Tag[] };
}
interface Tag {
  kind: string;
  name?: string;
  tsType?: { repr: string };
  doc?: string;
}
interface Declaration extends Documented {
  kind: "class" | "function" | "interface" | "typeAlias" | "variable";
  def: Partial<Record<"constructors" | "properties" | "methods", Member[]>>;
}
type Member = Documented & { accessibility?: string };
interface Symbol {
  name: string;
  declarations: Declaration[];
}

const decoder = new TextDecoder();

async function deno(args: string[], input = ""): Promise<string> {
  const command = new Deno.Command(Deno.execPath(), {
    args,
    cwd: ROOT,
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  });
  const child = command.spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  if (!success) throw new Error(decoder.decode(stderr));
  return decoder.decode(stdout);
}

/** Every public name of the library, in alphabetical order. */
export async function publicSymbols(): Promise<Symbol[]> {
  const json = await deno(["doc", "--json", "lib/client/mod.ts"]);
  const [{ symbols }] = Object.values<{ symbols: Symbol[] }>(
    JSON.parse(json).nodes,
  );
  return symbols.sort((a, b) => a.name < b.name ? -1 : 1);
}

/** The members of a class or interface that anybody may use. */
export function publicMembers({ def }: Declaration): Member[] {
  const { constructors = [], properties = [], methods = [] } = def;
  return [...constructors, ...properties, ...methods]
    .filter(({ accessibility }) => accessibility !== "private");
}

/** Comments and strings, in which brackets mean nothing. */
const OPAQUE = /\/\*[^]*?\*\/|\/\/.*|"(?:\\.|[^"\\])*"|`[^`]*`/y;

/** The source from `start` to the end of a declaration, or to the body of a function. */
function sourceAt(source: string, start: number, isFunction: boolean): string {
  let depth = 0;
  for (let i = start; i < source.length; i++) {
    OPAQUE.lastIndex = i;
    const opaque = OPAQUE.exec(source);
    if (opaque !== null) {
      i += opaque[0].length - 1;
      continue;
    }
    const char = source[i];
    if (depth === 0 && char === ";") return source.slice(start, i + 1);
    if (depth === 0 && isFunction && /^\{(\n|\})/.test(source.slice(i))) {
      return source.slice(start, i).trimEnd();
    }
    if ("([{".includes(char)) depth++;
    if (!")]}".includes(char)) continue;
    depth--;
    // The end of an interface, which no semicolon marks.
    if (depth === 0 && char === "}" && source[i + 1] === "\n") {
      return source.slice(start, i + 1);
    }
  }
  throw new Error("The source ends within a declaration.");
}

async function codeOf(item: Documented, isFunction: boolean): Promise<string> {
  const { filename, byteIndex } = item.location;
  const bytes = await Deno.readFile(fromFileUrl(new URL(filename)));
  const start = decoder.decode(bytes.slice(0, byteIndex)).length;
  const code = sourceAt(decoder.decode(bytes), start, isFunction);
  // Members are indented by two.
  const text = isFunction ? code.replaceAll("\n  ", "\n") : code;
  return ["```ts", text.replace(/^export /, ""), "```"].join("\n");
}

function textOf({ jsDoc }: Documented): string {
  const tags = jsDoc?.tags?.flatMap(({ kind, name, tsType, doc = "" }) => {
    if (kind === "param") return `- \`${name}\`: ${doc}`;
    if (kind === "throws") return `- throws \`${tsType?.repr}\`: ${doc}`;
    return [];
  }) ?? [];
  const lines = tags.map((tag) => tag.replace(/:\s*$/, ""));
  return [jsDoc?.doc ?? "", lines.join("\n")].join("\n\n");
}

async function sectionOf({ name, declarations }: Symbol): Promise<string> {
  const parts = [`## ${name}`];
  for (const declaration of declarations) {
    const { kind } = declaration;
    parts.push(textOf(declaration));
    if (kind !== "class") {
      parts.push(await codeOf(declaration, kind === "function"));
      continue;
    }
    for (const member of publicMembers(declaration)) {
      parts.push(await codeOf(member, true), textOf(member));
    }
  }
  return parts.join("\n\n");
}

/** The reference as it is to be. */
export async function reference(): Promise<string> {
  const symbols = await publicSymbols();
  const sections = await Promise.all(symbols.map(sectionOf));
  const text = [
    "# API reference",
    "All that `dist/ringdown.js` and `lib/client/mod.ts` export, from the docstrings, by `deno task docs`. How to use it: [client.md](client.md).",
    ...sections,
  ].join("\n\n");
  return await deno(["fmt", "--ext=md", "-"], text);
}

if (import.meta.main) {
  await Deno.writeTextFile(`${ROOT}/${REFERENCE}`, await reference());
}

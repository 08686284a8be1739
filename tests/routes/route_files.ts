import type { Context } from "fresh";
import type { State } from "@/lib/define.ts";

type Handle = (ctx: Context<State>) => Response | Promise<Response>;

/** A route file for programs: its path as a pattern, what answers there, and which methods it knows. */
export interface RouteFile {
  pattern: string;
  handler: Handle | Record<string, Handle>;
  methods: string[];
}

const ROUTES = new URL("../../routes/", import.meta.url);

const found: RouteFile[] = [];
for (const path of filesBelow(ROUTES)) {
  if (!/(?<!\.css)\.ts$/.test(path) || /(^|\/)_[^/]*$/.test(path)) continue;
  const { handler } = await import(new URL(path, ROUTES).href);
  found.push({
    pattern: `/${path}`.replace(/\.ts$/, "").replace(/\/index$/, "")
      .replace(/\[(\w+)\]/g, ":$1"),
    handler,
    methods: handler.methods ?? Object.keys(handler),
  });
}

/** All route files that hold no page and no style sheet, by the rules by which Fresh finds them. */
export function routesForPrograms(): readonly RouteFile[] {
  return found;
}

function filesBelow(folder: URL, at = ""): string[] {
  return [...Deno.readDirSync(new URL(at, folder))].flatMap(
    ({ name, isDirectory }) =>
      isDirectory ? filesBelow(folder, `${at}${name}/`) : [`${at}${name}`],
  ).sort();
}

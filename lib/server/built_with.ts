/**
 * Which packages of JSR the bundles were built with, and which serve them:
 * upstream's or the stand-ins of offline/. A build leaves a record in its
 * folder; built with one and served with the other is refused, because the
 * browser's half of Fresh and the server's must be of one kind.
 *
 * @module
 */

import * as djwt from "@zaubrik/djwt";
import * as fresh from "fresh";
import { findPreloads, type Preloads } from "./preloads.ts";

/** Upstream's own package, or our stand-in for it. */
export type Kind = "upstream" | "stand-in";

/** What a build was made with, or what serves it. */
export interface Packages {
  fresh: Kind;
  /** Of Fresh, as deno.json pins it. */
  version: string;
  djwt: Kind;
  /** JSR itself, or the folders that `JSR_URL` put in its place. */
  source: "jsr" | "folders";
}

const kindOf = (module: object): Kind =>
  "STAND_IN" in module ? "stand-in" : "upstream";

/** "2.3.3" out of "jsr:@fresh/core@2.3.3" or ".../@fresh/core/2.3.3/mod.ts". */
const versionIn = (address: string) =>
  address.match(/@fresh\/core[@/]([^/]+)/)?.[1] ?? "unknown";

/** What this process runs on. */
export function servedWith(): Packages {
  return {
    fresh: kindOf(fresh),
    version: versionIn(import.meta.resolve("fresh")),
    djwt: kindOf(djwt),
    source: Deno.env.has("JSR_URL") ? "folders" : "jsr",
  };
}

let builtWith: Packages | null = null;
let preloads: Preloads = {};

/** What the bundles that are served import. Nothing without a build. */
export const builtPreloads = (): Preloads => preloads;

/** For /readyz and the start-up line. No build is served in tests and dev. */
export function buildInfo(): {
  builtWith: Packages | null;
  servedWith: Packages;
} {
  return { builtWith, servedWith: servedWith() };
}

/** One line about it: "Fresh 2.3.3 (upstream), djwt (upstream)". */
export function describePackages({ fresh, version, djwt }: Packages): string {
  return `Fresh ${version} (${fresh}), djwt (${djwt})`;
}

/** Whether a build made with `record` may be served by this process. */
export function isServedAlike(record: Packages): boolean {
  const now = servedWith();
  return record.fresh === now.fresh && record.version === now.version &&
    record.djwt === now.djwt;
}

/**
 * Called by `_fresh/check.js` before anything of the build is loaded.
 *
 * @throws {Error} when what was built with is not what would serve it.
 */
export function servedFrom(record: Packages, imports: Preloads): void {
  if (!isServedAlike(record)) {
    throw new Error(
      `_fresh was built with ${describePackages(record)} and would be served ` +
        `with ${
          describePackages(servedWith())
        }: build again with what serves it.`,
    );
  }
  builtWith = record;
  preloads = imports;
}

/**
 * A build for production takes upstream's packages or is not made. The wrapper
 * (offline/run.ts) allows stand-ins for every other purpose.
 *
 * @throws {Error} on a stand-in that nobody allowed.
 */
export function refuseStandIns(): void {
  const now = servedWith();
  if (now.fresh === "upstream" && now.djwt === "upstream") return;
  if (Deno.env.get("RINGDOWN_STAND_INS") === "allowed") return;
  throw new Error(
    `this would build with ${describePackages(now)}: a build for production ` +
      "is made with upstream's packages or not at all.",
  );
}

const METAFILE = /\/metafile\.json$/;

/**
 * Completes what the Builder wrote: the record, its check on every start, no
 * metafile, which upstream's Builder puts beside the bundles for all to see,
 * and no word of bundles that are gone, nor of the modules they were made of.
 *
 * @param outDir absolute path of the Builder's output.
 */
export async function finishBuild(outDir: string): Promise<void> {
  const at = (name: string) => `${outDir}/${name}`;
  const imports: Record<string, readonly string[]> = {};
  const served = new Set<string>();
  for await (const { name: build } of Deno.readDir(at("static/_fresh/js"))) {
    const base = `/_fresh/js/${build}`;
    const folder = at(`static${base}`);
    await Deno.remove(`${folder}/metafile.json`).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
    Object.assign(imports, await findPreloads(folder, base));
    for await (const { name } of Deno.readDir(folder)) {
      served.add(`${base}/${name}`);
    }
  }
  const snapshot = await Deno.readTextFile(at("snapshot.js"));
  const kept = snapshot.split("\n").filter((line) => {
    const [, path] = /"(\/_fresh\/js\/[^"]*)"/.exec(line) ?? [];
    return path === undefined || served.has(path);
  });
  const used = kept.filter((line) => {
    const [, name] = /^import \* as (\w+) /.exec(line) ?? [];
    const word = new RegExp(`\\b${name}\\b`);
    return name === undefined || kept.some((o) => o !== line && word.test(o));
  });
  await Deno.writeTextFile(at("snapshot.js"), used.join("\n"));

  const record = JSON.stringify(servedWith(), null, 2);
  await Deno.writeTextFile(at("built_with.json"), `${record}\n`);
  await Deno.writeTextFile(at("preloads.json"), JSON.stringify(imports));
  await Deno.writeTextFile(
    at("check.js"),
    `import { servedFrom } from "@/lib/server/built_with.ts";
import record from "./built_with.json" with { type: "json" };
import preloads from "./preloads.json" with { type: "json" };

servedFrom(record, preloads);
`,
  );
  const server = await Deno.readTextFile(at("server.js"));
  await Deno.writeTextFile(at("server.js"), `import "./check.js";\n${server}`);
}

type Handler = (
  request: Request,
  info?: Deno.ServeHandlerInfo,
) => Promise<Response>;

/** Keeps the metafile of a build in memory (the dev server's) to itself. */
export function withoutMetafile<A extends { handler(): Handler }>(app: A): A {
  const handlerOf = app.handler.bind(app);
  app.handler = () => {
    const handler = handlerOf();
    return async (request, info) =>
      METAFILE.test(new URL(request.url).pathname)
        ? new Response("Not Found", { status: 404 })
        : await handler(request, info);
  };
  return app;
}

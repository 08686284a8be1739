/** The product's browser bundles, built at most once for a test run. */
import { isServedAlike } from "@/lib/server/built_with.ts";
import { locked, ROOT } from "./lock.ts";

/** What the build reads; a folder's own time tells of deleted files. */
const SOURCES = [
  "components",
  "islands",
  "lib",
  "routes",
  "static",
  "deno.json",
  "dev.ts",
  "main.ts",
];

const OUTPUT = `${ROOT}_fresh/server.js`;

/** Builds unless `_fresh` is newer than every source and made with the packages that run now; safe in parallel. */
export async function buildProduct(): Promise<void> {
  if (await upToDate()) return;
  await locked("build", async () => {
    // Someone else may have built while this process waited.
    if (await upToDate()) return;
    const { success, stdout, stderr } = await new Deno.Command(
      Deno.execPath(),
      { args: ["run", "-A", "dev.ts", "build"], cwd: ROOT, stdin: "null" },
    ).output();
    if (!success) {
      const text = [stdout, stderr].map((b) => new TextDecoder().decode(b));
      throw new Error(`the build failed:\n${text.join("\n")}`);
    }
    // What the build itself put among the sources is older than this.
    const now = new Date();
    await Deno.utime(OUTPUT, now, now);
  });
}

/** Bundles the client library anew: `dist/ringdown.js`; or a page's script that uses its parts. */
export async function buildLibrary(
  ...entryAndOutfile: [] | [string, string]
): Promise<void> {
  await locked("library", async () => {
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "offline/run.ts", "client", ...entryAndOutfile],
      cwd: ROOT,
      stdin: "null",
    }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
  });
}

async function upToDate(): Promise<boolean> {
  const built = await changed(OUTPUT);
  if (built === 0 || !await isBuiltAlike()) return false;
  const sources = await Promise.all(
    SOURCES.map((name) => newest(`${ROOT}${name}`)),
  );
  return Math.max(...sources) <= built;
}

/** Whether it was built with upstream's packages or stand-ins as this process has them. */
async function isBuiltAlike(): Promise<boolean> {
  const record = await Deno.readTextFile(`${ROOT}_fresh/built_with.json`)
    .catch(() => null);
  return record !== null && isServedAlike(JSON.parse(record));
}

/** The latest change to a file or to anything in a folder; 0 for neither. */
async function newest(path: string): Promise<number> {
  const info = await Deno.stat(path).catch(() => undefined);
  if (!info) return 0;
  let latest = info.mtime!.getTime();
  if (!info.isDirectory) return latest;
  for await (const { name } of Deno.readDir(path)) {
    latest = Math.max(latest, await newest(`${path}/${name}`));
  }
  return latest;
}

async function changed(path: string): Promise<number> {
  const info = await Deno.stat(path).catch(() => undefined);
  return info?.mtime?.getTime() ?? 0;
}

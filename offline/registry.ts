/**
 * A folder registry: serves local folders the way JSR serves packages, on a
 * fixed loopback port, so that `JSR_URL` can point Deno at them. A means for
 * machines that cannot reach JSR; production never uses it.
 *
 * What JSR's protocol asks for: `/@scope/name/meta.json` (the versions),
 * `/@scope/name/1.2.3_meta.json` (files with checksums, and exports), and the
 * files. Deno caches by address, so every address begins with a digest of the
 * served files: an edited folder is never mixed with what is cached of it.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { delimiter, join, resolve } from "node:path";

/** First port tried; the next few are for registries of other folders. */
export const FIRST_PORT = 8719;
const PORTS = 8;

/** One package of the registry, held in memory. */
export interface Package {
  name: string;
  version: string;
  exports: Record<string, string>;
  /** Path from the package's root ("/mod.ts") to its bytes. */
  files: Map<string, Uint8Array<ArrayBuffer>>;
}

/** A registry that answers for as long as it is held. */
export interface Held {
  /** What `JSR_URL` must be. */
  url: string;
  /** Lets go; a registry that this process serves stops at once. */
  close(): Promise<void>;
}

async function jsonFile(path: string): Promise<Record<string, unknown> | null> {
  try {
    return JSON.parse(await Deno.readTextFile(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    if (error instanceof Deno.errors.NotADirectory) return null;
    throw error;
  }
}

async function readFiles(
  dir: string,
  at = "",
  into: Package["files"] = new Map(),
): Promise<Package["files"]> {
  const entries = [];
  for await (const entry of Deno.readDir(dir + at)) entries.push(entry);
  entries.sort((a, b) => a.name < b.name ? -1 : 1);
  for (const { name, isDirectory, isFile } of entries) {
    const path = `${at}/${name}`;
    if (isDirectory && name !== "node_modules" && !name.startsWith(".")) {
      await readFiles(dir, path, into);
    } else if (isFile && !/[._]test\.\w+$/.test(name)) {
      into.set(path, await Deno.readFile(dir + path));
    }
  }
  return into;
}

async function readPackage(dir: string): Promise<Package | null> {
  const config = await jsonFile(join(dir, "deno.json"));
  if (config === null || typeof config.name !== "string") return null;
  if (typeof config.version !== "string" || !config.exports) {
    throw new Error(`${join(dir, "deno.json")} has no version or no exports`);
  }
  const exports = typeof config.exports === "string"
    ? { ".": config.exports }
    : config.exports as Record<string, string>;
  const { name, version } = config;
  return { name, version, exports, files: await readFiles(dir) };
}

/**
 * Reads the packages in a list of folders, written as `PATH` is. Each is a
 * package (its deno.json has `name`, `version` and `exports`) or a folder of
 * packages.
 *
 * @throws {Error} when a folder holds no package.
 */
export async function readPackages(folders: string): Promise<Package[]> {
  const packages: Package[] = [];
  for (const folder of folders.split(delimiter).filter((part) => part !== "")) {
    const dir = resolve(folder);
    const found = [await readPackage(dir)];
    if (found[0] === null) {
      for await (const entry of Deno.readDir(dir)) {
        found.push(await readPackage(join(dir, entry.name)));
      }
    }
    const real = found.filter((item) => item !== null);
    if (real.length === 0) throw new Error(`no package folder in ${dir}`);
    packages.push(...real);
  }
  return packages.sort((a, b) => a.name < b.name ? -1 : 1);
}

/** Twelve hexadecimal digits that change with any byte of the packages. */
export function digestOf(packages: Package[]): string {
  const hash = createHash("sha256");
  for (const { name, version, exports, files } of packages) {
    hash.update(JSON.stringify([name, version, exports]));
    for (const [path, bytes] of files) hash.update(path).update(bytes);
  }
  return hash.digest("hex").slice(0, 12);
}

/** The npm specifiers ("npm:preact@^10.29") that occur in packages. */
export function npmOf(packages: Package[]): string[] {
  const found = new Set<string>();
  for (const bytes of packages.flatMap(({ files }) => [...files.values()])) {
    const text = new TextDecoder().decode(bytes);
    const form = /npm:(?:@[\w.-]+\/)?[\w.-]+@[\w.^~*<>=-]+/g;
    for (const [specifier] of text.matchAll(form)) found.add(specifier);
  }
  return [...found];
}

function contentType(path: string): string {
  if (/\.tsx?$/.test(path)) return "text/typescript; charset=utf-8";
  if (/\.m?jsx?$/.test(path)) return "text/javascript; charset=utf-8";
  return path.endsWith(".json") ? "application/json" : "text/plain";
}

/** Every address of the registry below `/<digest>`, with type and body. */
function addresses(packages: Package[]) {
  const all = new Map<string, [type: string, Uint8Array<ArrayBuffer>]>();
  const json = (path: string, value: unknown) =>
    all.set(path, [
      "application/json",
      new TextEncoder().encode(JSON.stringify(value)),
    ]);
  for (const { name, version, exports, files } of packages) {
    const [scope, short] = name.slice(1).split("/");
    const versions = { [version]: {} };
    json(`/${name}/meta.json`, {
      scope,
      name: short,
      latest: version,
      versions,
    });
    const manifest: Record<string, unknown> = {};
    for (const [path, bytes] of files) {
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      manifest[path] = { size: bytes.length, checksum: `sha256-${sha256}` };
      all.set(`/${name}/${version}${path}`, [contentType(path), bytes]);
    }
    json(`/${name}/${version}_meta.json`, { manifest, exports });
  }
  return all;
}

/**
 * The registry as a request handler. `/<digest>/` answers 200 when this is
 * the registry of those packages; `/<digest>/held` sends nothing and ends
 * when the registry does, so that another process can take over at once.
 */
export function registryHandler(packages: Package[]) {
  const all = addresses(packages);
  const root = `/${digestOf(packages)}`;
  return (request: Request): Response => {
    const { pathname } = new URL(request.url);
    if (pathname === `${root}/`) return new Response("folder registry\n");
    if (pathname === `${root}/held`) return new Response(new ReadableStream());
    const found = pathname.startsWith(`${root}/`)
      ? all.get(decodeURI(pathname.slice(root.length)))
      : undefined;
    if (!found) return new Response("not here\n", { status: 404 });
    return new Response(found[1], { headers: { "content-type": found[0] } });
  };
}

function serve(port: number, handler: (request: Request) => Response) {
  const stop = new AbortController();
  try {
    const server = Deno.serve({
      hostname: "127.0.0.1",
      port,
      signal: stop.signal,
      onListen() {},
    }, handler);
    return { stop: () => (stop.abort(), server.finished) };
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return null;
    throw error;
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(500) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

/**
 * Serves the packages, or joins a registry of the very same packages that
 * another command serves already; when that one ends, this takes its place.
 *
 * @throws {Error} when all ports are taken by others.
 */
export async function holdRegistry(packages: Package[]): Promise<Held> {
  const handler = registryHandler(packages);
  const digest = digestOf(packages);
  const closed = new AbortController();

  async function hold(port: number): Promise<Held | null> {
    const url = `http://127.0.0.1:${port}/${digest}/`;
    let own = serve(port, handler);
    if (own === null && !await answers(url)) return null;
    const takeOver = async () => {
      while (own === null && !closed.signal.aborted) {
        await fetch(`${url}held`, { signal: closed.signal })
          .then((response) => response.text()).catch(() => {});
        if (closed.signal.aborted) return;
        own = serve(port, handler);
        // Another follower was quicker: a short rest, then listen to that one.
        if (own === null) await new Promise((done) => setTimeout(done, 50));
      }
    };
    const waiting = takeOver();
    const close = async () => {
      closed.abort();
      await waiting;
      await own?.stop();
    };
    return { url, close };
  }

  for (let port = FIRST_PORT; port < FIRST_PORT + PORTS; port++) {
    const held = await hold(port);
    if (held !== null) return held;
  }
  const last = FIRST_PORT + PORTS - 1;
  throw new Error(`ports ${FIRST_PORT} to ${last} are all in use`);
}

/** Deno commands as child processes of a test. */

import { ROOT } from "@/offline/paths.ts";

/** How a command ended. */
export interface Ended {
  code: number;
  /** All it wrote, to stdout and stderr. */
  output: string;
  /** Milliseconds. */
  took: number;
}

/** A running command; disposed of, it is killed. */
export interface Running extends AsyncDisposable {
  child: Deno.ChildProcess;
  ended: Promise<Ended>;
  /** All it wrote so far. */
  output(): string;
  /** Waits until it has written this. */
  wrote(text: string | RegExp): Promise<void>;
}

/** The environment, with variables replaced or (undefined) removed. */
function environment(changes: Record<string, string | undefined>) {
  const all: Record<string, string | undefined> = {
    ...Deno.env.toObject(),
    NO_COLOR: "1",
    ...changes,
  };
  return Object.fromEntries(
    Object.entries(all).filter((pair): pair is [string, string] =>
      pair[1] !== undefined
    ),
  );
}

/** Starts deno in the project's root. */
export function startDeno(
  args: string[],
  changes: Record<string, string | undefined> = {},
  cwd = ROOT,
): Running {
  const began = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args,
    cwd,
    env: environment(changes),
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let output = "";
  let over = false;
  const read = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      output += text;
    }
  };
  const ended = Promise.all([
    child.status,
    read(child.stdout),
    read(child.stderr),
  ]).then(([{ code }]) => {
    over = true;
    return { code, output, took: performance.now() - began };
  });
  return {
    child,
    ended,
    output: () => output,
    async wrote(text) {
      const found = () =>
        typeof text === "string" ? output.includes(text) : text.test(output);
      while (!found()) {
        if (over) throw new Error(`ended without "${text}":\n${output}`);
        await new Promise((done) => setTimeout(done, 10));
      }
    },
    async [Symbol.asyncDispose]() {
      if (!over) child.kill("SIGKILL");
      await ended;
    },
  };
}

/** Runs deno in the project's root to its end. */
export async function runDeno(
  args: string[],
  changes?: Record<string, string | undefined>,
  cwd?: string,
): Promise<Ended> {
  await using running = startDeno(args, changes, cwd);
  return await running.ended;
}

/** A folder that is removed with the test. */
export async function tempDir(): Promise<{ path: string } & AsyncDisposable> {
  const path = await Deno.makeTempDir();
  const remove = () => Deno.remove(path, { recursive: true });
  return { path, [Symbol.asyncDispose]: remove };
}

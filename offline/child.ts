/** The wrapper's one child at a time: signals go down, the exit code up. */

import { ROOT } from "./paths.ts";

const windows = Deno.build.os === "windows";

/**
 * Milliseconds that `deno run --watch` has to end. An app that ends by itself
 * on a signal leaves it waiting for the next change of a file.
 */
const WATCHER_PATIENCE = 1000;

/**
 * Runs deno with these arguments in the project's root until it ends. What
 * ends the wrapper is passed on to it. In a terminal Ctrl+C reaches the child
 * by itself, and passing it on would be a second one.
 *
 * @returns the exit code; 128 and the signal's number after a signal.
 */
export async function runChild(
  args: string[],
  env: Record<string, string>,
): Promise<number> {
  const watches = args.some((arg) => arg.startsWith("--watch"));
  const child = new Deno.Command(Deno.execPath(), { args, env, cwd: ROOT })
    .spawn();
  const terminal = Deno.stdin.isTerminal();
  const signals: Deno.Signal[] = windows
    ? ["SIGINT", "SIGBREAK"]
    : ["SIGINT", "SIGTERM", "SIGHUP"];
  const listeners = signals.map((signal) => {
    const send = (signal: Deno.Signal) => {
      try {
        child.kill(windows ? "SIGTERM" : signal);
      } catch {
        // It has ended by itself meanwhile.
      }
    };
    const listener = () => {
      if (watches) setTimeout(() => send("SIGKILL"), WATCHER_PATIENCE);
      if (signal !== "SIGINT" || !terminal) send(signal);
    };
    Deno.addSignalListener(signal, listener);
    return [signal, listener] as const;
  });
  try {
    return (await child.status).code;
  } finally {
    for (const [signal, listener] of listeners) {
      Deno.removeSignalListener(signal, listener);
    }
  }
}

/** Why a server could not listen there, in one line; null when it could. */
export function listeningProblem(
  hostname: string,
  port: number,
): string | null {
  try {
    Deno.listen({ hostname, port }).close();
    return null;
  } catch (error) {
    const where = `${hostname}:${port}`;
    if (error instanceof Deno.errors.AddrInUse) {
      return `${where} is in use: end what listens there, or set PORT.`;
    }
    const why = error instanceof Error ? error.message : String(error);
    return `cannot listen on ${where} (${why}): set HOST and PORT.`;
  }
}

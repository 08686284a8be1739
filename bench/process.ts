/** A server under measurement. */

/** Clock ticks of Linux's /proc per second (`getconf CLK_TCK`): 100 on every platform that Deno runs on. */
const TICKS_PER_SECOND = 100;

/** Seconds of processor time that a process has used, of its own and of the system for it (proc(5), `stat` fields 14 and 15). */
export async function cpuSeconds(pid: number): Promise<number> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** A port that nothing listens on now. */
export function freePort(): number {
  using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  return (listener.addr as Deno.NetAddr).port;
}

/** Starts a server of ours as a process, and waits until it answers. */
export async function serve(
  args: string[],
  port: number,
  env: Record<string, string>,
): Promise<Deno.ChildProcess> {
  const child = new Deno.Command(Deno.execPath(), {
    args,
    env: { ...env, PORT: String(port) },
    stdin: "null",
    stdout: "null",
    stderr: "inherit",
  }).spawn();
  const url = `http://127.0.0.1:${port}/readyz`;
  for (let tries = 0; tries < 300; tries++) {
    try {
      const response = await fetch(url);
      await response.body?.cancel();
      if (response.ok) return child;
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  child.kill("SIGKILL");
  throw new Error(`no answer from ${args.join(" ")}`);
}

/** The middle one of an odd number of values. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

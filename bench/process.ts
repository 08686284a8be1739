/** Processes under measurement. */

/** Clock ticks of Linux's /proc per second (`getconf CLK_TCK`): 100 on every platform that Deno runs on. */
const TICKS_PER_SECOND = 100;

/** Seconds of processor time that a process has used, of its own and of the system for it (proc(5), `stat` fields 14 and 15). */
export async function cpuSeconds(pid: number): Promise<number> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Seconds in which the first thread of a process, which runs its JavaScript, had something to do: it ran, or waited for a processor (proc(5), `schedstat`). */
export async function wantedSeconds(pid: number): Promise<number> {
  const stat = await Deno.readTextFile(`/proc/${pid}/schedstat`);
  const [ran, waited] = stat.split(" ").map(Number);
  return (ran + waited) / 1e9;
}

/** Seconds that all processors together have been idle since the start of the machine (proc(5), `stat`). */
export async function idleSeconds(): Promise<number> {
  const stat = await Deno.readTextFile("/proc/stat");
  return Number(stat.split("\n")[0].split(/ +/)[4]) / TICKS_PER_SECOND;
}

/**
 * Memory of a process in bytes that it has filled itself: heaps and stacks, and nothing that is a file's, of which more or less counts as
 * others run the same program (proc(5), `status`, RssAnon). Where the kernel does not tell them apart, all that is resident.
 */
export async function ownBytes(pid: number): Promise<number> {
  const text = await Deno.readTextFile(`/proc/${pid}/status`);
  const own = /^RssAnon:\s+(\d+) kB/m.exec(text) ??
    /^VmRSS:\s+(\d+) kB/m.exec(text);
  return Number(own![1]) * 1024;
}

/**
 * Memory of a process in bytes, its share of what it has in common with others (proc(5), `smaps_rollup`, Pss): to be added up over the
 * processes of one program, and not to be compared with a time when others ran.
 */
export async function memoryBytes(pid: number): Promise<number> {
  const text = await Deno.readTextFile(`/proc/${pid}/smaps_rollup`);
  return Number(/^Pss:\s+(\d+) kB/m.exec(text)![1]) * 1024;
}

/** Memory of a process in bytes, with all of what it shares (proc(5), `status`, VmRSS). */
export async function residentBytes(pid: number): Promise<number> {
  const text = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(text)![1]) * 1024;
}

/** The children of a process, and theirs. */
export async function descendants(pid: number): Promise<number[]> {
  const path = `/proc/${pid}/task/${pid}/children`;
  const children = (await Deno.readTextFile(path)).trim().split(" ")
    .filter((text) => text !== "").map(Number);
  return [
    ...children,
    ...(await Promise.all(children.map(descendants))).flat(),
  ];
}

/** The process that was started with that argument, and all that it has started: Chromium hands its arguments on to those, with a `--type`. */
export async function processesWith(argument: string): Promise<number[]> {
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const line = await Deno.readTextFile(`/proc/${name}/cmdline`)
      .catch(() => "");
    if (line.includes(argument) && !line.includes("--type=")) {
      return [Number(name), ...await descendants(Number(name))];
    }
  }
  throw new Error(`no process with ${argument}`);
}

/** A port that nothing listens on now. */
export function freePort(): number {
  using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  return (listener.addr as Deno.NetAddr).port;
}

/** How a server's process is started. */
export interface Command {
  name: string;
  args: string[];
  env?: Record<string, string>;
}

/** Starts a server as a process, and waits until it answers. */
export async function serve(
  { name, args, env }: Command,
  port: number,
): Promise<Deno.ChildProcess> {
  const child = new Deno.Command(name, {
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
  await stop(child);
  throw new Error(`no answer from ${name} ${args.join(" ")}`);
}

/** Ends a process at once. */
export async function stop(child: Deno.ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await child.status;
}

/** The middle one of an odd number of values. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

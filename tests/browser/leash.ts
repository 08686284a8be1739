/**
 * Children that must not outlive the test. A test process that is killed
 * outright runs no clean-up of its own, so a small shell waits at the other
 * end of a pipe: when the test is gone the pipe closes, and the shell does it.
 * The shell ignores Ctrl-C, which reaches every process of the terminal.
 */

/** A leash on a child process; `release()` it once the child has ended. */
export interface Leash {
  release(): Promise<void>;
}

/**
 * As soon as this process is no more, kills (SIGKILL) process `pid`, and the
 * one whose number is in the file `pid` of `folder`, and removes `folder`.
 */
export function leash(
  { pid, folder }: { pid?: number; folder?: string },
): Leash {
  const script = `
    trap "" INT TERM HUP
    cat >/dev/null
    for pid in $1 $([ -z "$2" ] || cat "$2/pid"); do kill -9 "$pid"; done
    [ -n "$2" ] || exit
    # Browsers tidy up as they end, and so do we, now and then at once.
    for second in 1 2 3 4 5; do
      sleep 1
      rm -rf -- "$2"
    done
  `;
  const shell = new Deno.Command("sh", {
    args: ["-c", script, "leash", String(pid ?? ""), folder ?? ""],
    stdin: "piped",
    stdout: "null",
    stderr: "null",
  }).spawn();
  return {
    async release() {
      shell.kill("SIGKILL");
      await shell.status;
      await shell.stdin.close().catch(() => {});
    },
  };
}

/** Asks `child` to end with `signal`, and insists after `patienceMs`. */
export async function end(
  child: Deno.ChildProcess,
  signal: Deno.Signal = "SIGTERM",
  patienceMs = 5000,
): Promise<Deno.CommandStatus> {
  const send = (signal: Deno.Signal) => {
    try {
      child.kill(signal);
    } catch {
      // It has ended already.
    }
  };
  send(signal);
  const timer = setTimeout(() => send("SIGKILL"), patienceMs);
  try {
    return await child.status;
  } finally {
    clearTimeout(timer);
  }
}

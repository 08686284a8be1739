/**
 * A sound server for a browser that will not play without one. Firefox's
 * AudioContext stays suspended on a machine with no sound, and a remote
 * stream fed into it can take the tab down; a PulseAudio with a null sink,
 * one for each person, is sound enough. A null sink that rewinds plays in
 * blocks of up to 2 s: whoever begins to play within one, as a page does that
 * was reloaded, waits for its end, and Firefox takes in no microphone before.
 */
import { end, leash } from "./leash.ts";
import { until } from "./tab.ts";

/** Whether the `pulseaudio` program is installed. */
export function pulseAudioInstalled(): boolean {
  try {
    return Deno.statSync("/usr/bin/pulseaudio").isFile;
  } catch {
    return false;
  }
}

/** A running PulseAudio; `env` is what its users' processes need. */
export interface PulseAudio {
  env: Record<string, string>;
  close(): Promise<void>;
}

/** Starts a PulseAudio with a null sink that keeps its files in `folder`. */
export async function startPulseAudio(folder: string): Promise<PulseAudio> {
  const env = { HOME: folder, XDG_RUNTIME_DIR: folder };
  const child = new Deno.Command("pulseaudio", {
    args: [
      "-n",
      "--daemonize=no",
      "--exit-idle-time=-1",
      "--use-pid-file=no",
      "-L",
      "module-native-protocol-unix",
      "-L",
      "module-null-sink sink_name=null rate=48000 norewinds=1",
    ],
    env,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const tie = leash({ pid: child.pid });
  const close = async () => {
    await end(child);
    await tie.release();
  };
  const socket = `${folder}/pulse/native`;
  try {
    await until(
      () => Deno.stat(socket).then(() => true, () => false),
      { what: "PulseAudio's socket" },
    );
  } catch (error) {
    await close();
    throw error;
  }
  return { env: { ...env, PULSE_SERVER: `unix:${socket}` }, close };
}

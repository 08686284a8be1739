/** The real database server of self-hosted deployments: github.com/denoland/denokv. */
import { end, type Leash, leash } from "../browser/leash.ts";
import { until } from "../browser/tab.ts";
import { freePort } from "./ports.ts";

/** Whether the machine has it. */
export const hasDenoKv = await new Deno.Command("denokv", {
  args: ["--help"],
  env: { PATH: searchPath() },
  stdout: "null",
  stderr: "null",
}).output().then(({ success }) => success, () => false);

/** One `denokv` process on a database file of its own. It ends with the test, even with a test that is killed. */
export class DenoKv implements AsyncDisposable {
  /** Where `Deno.openKv` finds it. */
  readonly url: string;
  readonly #folder: string;
  readonly #child: Deno.ChildProcess;
  readonly #tie: Leash;

  private constructor(url: string, folder: string, child: Deno.ChildProcess) {
    this.url = url;
    this.#folder = folder;
    this.#child = child;
    this.#tie = leash({ pid: child.pid, folder });
  }

  /** @param accessToken what clients must show: 12 characters or more. */
  static async start(accessToken: string): Promise<DenoKv> {
    const folder = await Deno.makeTempDir({
      dir: await memoryFolder(),
      prefix: "ringdown-denokv-",
    });
    const port = freePort();
    const child = new Deno.Command("denokv", {
      args: [
        `--sqlite-path=${folder}/kv.sqlite3`,
        "serve",
        `--addr=127.0.0.1:${port}`,
      ],
      env: { PATH: searchPath(), DENO_KV_ACCESS_TOKEN: accessToken },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const server = new DenoKv(`http://127.0.0.1:${port}`, folder, child);
    try {
      await until(async () => {
        using _connection = await Deno.connect({ port });
        return true;
      }, {
        timeoutMs: 10_000,
        what: "denokv listens",
      });
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
    return server;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await end(this.#child, "SIGKILL");
    await this.#tie.release();
    await Deno.remove(this.#folder, { recursive: true });
  }
}

/** In memory, where there is such a place: nothing here is to outlive the machine, and a disk's syncs would be all that is measured. */
async function memoryFolder(): Promise<string | undefined> {
  const folder = "/dev/shm";
  const info = await Deno.stat(folder).catch(() => undefined);
  return info?.isDirectory ? folder : undefined;
}

/** Where cargo puts it may not be on the PATH of who runs the tests. */
function searchPath(): string {
  const cargo = Deno.env.get("CARGO_HOME") ?? `${Deno.env.get("HOME")}/.cargo`;
  return `${Deno.env.get("PATH")}:${cargo}/bin`;
}

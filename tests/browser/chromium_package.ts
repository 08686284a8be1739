/**
 * The Chromium that comes as an npm package: no root, no system packages.
 *
 * The package is made for cloud functions. It unpacks into the system's temp
 * folder under fixed names, takes whatever it finds there for complete, and
 * brings the shared libraries that a bare Debian lacks (nss, expat) only when
 * it believes that it runs on such a function. So its own code runs here in a
 * child process with a temp folder of its own and AWS_EXECUTION_ENV set, and
 * the result is moved into place whole.
 */
import { DATA, locked, ROOT } from "./lock.ts";

/** A browser binary, and the environment that its process needs. */
export interface Binary {
  path: string;
  env: Record<string, string>;
}

const HOME = `${DATA}chromium/`;

/** Unpacks the package's Chromium unless that was done; safe in parallel. */
export async function packagedChromium(): Promise<Binary> {
  const version = await packageVersion();
  const folder = `${HOME}${version}/`;
  if (!await exists(folder)) {
    await locked("chromium", async () => {
      if (!await exists(folder)) await unpack(folder);
    });
  }
  return {
    path: `${folder}chromium`,
    env: {
      LD_LIBRARY_PATH: `${folder}al2023/lib`,
      FONTCONFIG_FILE: `${folder}fonts.conf`,
    },
  };
}

/** The version in use, so that an upgrade of the package unpacks anew. */
async function packageVersion(): Promise<string> {
  const entry = import.meta.resolve("@sparticuz/chromium");
  const text = await Deno.readTextFile(new URL("../package.json", entry));
  return JSON.parse(text).version;
}

async function unpack(folder: string): Promise<void> {
  // What an interrupted run left behind is under another name: start afresh.
  await Deno.remove(HOME, { recursive: true }).catch(() => {});
  const staging = `${HOME}unpacking`;
  await Deno.mkdir(staging, { recursive: true });
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", import.meta.filename!],
    cwd: ROOT,
    env: { TMPDIR: staging, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs22.x" },
    stdin: "null",
  }).output();
  if (!success) {
    throw new Error(
      `Chromium cannot be unpacked: ${new TextDecoder().decode(stderr)}`,
    );
  }
  await Deno.writeTextFile(`${staging}/fonts.conf`, fontConfig(folder));
  await Deno.rename(staging, folder);
}

/**
 * The package's own fonts.conf knows fixed folders only. Ours knows just the
 * font that the package brings, so that a screenshot looks the same on every
 * machine, however many fonts that machine has.
 */
function fontConfig(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${folder}fonts</dir>
  <cachedir>${folder}fonts-cache</cachedir>
</fontconfig>
`;
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

// In the child process: the package's own code does the unpacking.
if (import.meta.main) {
  const { default: chromium } = await import("@sparticuz/chromium");
  await chromium.executablePath();
}

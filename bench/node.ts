/** Servers of others run on Node, as their users run them. Their packages come here: no code of ours uses them, so our lock need not hold them. */

const FOLDER = new URL("../.data/bench", import.meta.url).pathname;
const PACKAGES = { "socket.io": "4.8.4", "ws": "8.23.0" };

let installed: Promise<void> | undefined;

/** What Node's environment must hold so that `require` finds the packages (https://nodejs.org/api/modules.html, `NODE_PATH`). */
export async function nodePath(): Promise<{ NODE_PATH: string }> {
  await (installed ??= install());
  return { NODE_PATH: `${FOLDER}/node_modules` };
}

async function install(): Promise<void> {
  await Deno.mkdir(FOLDER, { recursive: true });
  await Deno.writeTextFile(
    `${FOLDER}/package.json`,
    JSON.stringify({ dependencies: PACKAGES }),
  );
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["install", "--node-modules-dir=auto"],
    cwd: FOLDER,
    stdout: "null",
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

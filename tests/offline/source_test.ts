import { assert, assertEquals } from "@std/assert";
import { holdRegistry, readPackages } from "@/offline/registry.ts";
import { STAND_INS } from "@/offline/source.ts";
import { runDeno, startDeno, tempDir } from "./processes.ts";

/** A machine that reaches no host over TLS, and has nothing cached. */
async function cutOff() {
  const dir = await tempDir();
  return {
    env: {
      DENO_DIR: dir.path,
      HTTPS_PROXY: "http://127.0.0.1:9",
      JSR_URL: undefined,
      JSR_FOLDERS: undefined,
    },
    [Symbol.asyncDispose]: () => dir[Symbol.asyncDispose](),
  };
}

const TELL = 'console.log("JSR_URL is", Deno.env.get("JSR_URL"))';
const run = (...args: string[]) => ["run", "-A", "offline/run.ts", ...args];
const asks = (env: Record<string, string | undefined>) =>
  runDeno(
    [
      "eval",
      'import { jsrServes } from "@/offline/source.ts"; console.log(await jsrServes())',
    ],
    env,
  );

Deno.test("without JSR: the folder registry, announced in one line", async () => {
  await using machine = await cutOff();
  const { code, output, took } = await runDeno(
    run("--", "eval", TELL),
    machine.env,
  );
  assertEquals(code, 0, output);
  const [line, answer, ...more] = output.trim().split("\n");
  assert(line.startsWith("JSR cannot be reached; JSR packages come"), output);
  const url = line.match(/\((http:.+)\)/)![1];
  assertEquals([answer, ...more], [`JSR_URL is ${url}`]);
  assert(took < 2000, `${took} ms`);
});

Deno.test("where JSR never answers: no later than after 2 s", async () => {
  await using machine = await cutOff();
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const began = performance.now();
  await using running = startDeno(run("--", "eval", TELL), {
    ...machine.env,
    HTTPS_PROXY: `http://127.0.0.1:${silent.addr.port}`,
  });
  await running.wrote("JSR cannot be reached");
  const took = performance.now() - began;
  assert(took < 2000, `${took} ms`);
});

Deno.test("where JSR answers, or all of it is cached: as it is", async () => {
  await using machine = await cutOff();
  const held = await holdRegistry(await readPackages(STAND_INS));
  const DENO_DIR = Deno.env.get("DENO_DIR");
  try {
    const env = { ...machine.env, JSR_URL: held.url };
    assertEquals((await asks(env)).output, "true\n");
    // The cache of this test's own process, and a registry that is not there.
    const cached = { ...env, DENO_DIR, JSR_URL: Deno.env.get("JSR_URL") };
    assertEquals((await asks(cached)).output, "true\n");
  } finally {
    await held.close();
  }
  const gone = { ...machine.env, JSR_URL: "http://127.0.0.1:9/" };
  assertEquals((await asks(gone)).output, "false\n");
});

Deno.test("JSR_FOLDERS is used without asking JSR", async () => {
  await using machine = await cutOff();
  const { output } = await runDeno(run("--", "eval", TELL), {
    ...machine.env,
    JSR_FOLDERS: STAND_INS,
  });
  assert(output.startsWith("JSR_FOLDERS is set; JSR packages come"), output);
});

Deno.test("a JSR_URL from outside stays", async () => {
  await using machine = await cutOff();
  const { output } = await runDeno(run("--", "eval", TELL), {
    ...machine.env,
    JSR_URL: "http://127.0.0.1:9/mirror/",
  });
  assertEquals(output, "JSR_URL is http://127.0.0.1:9/mirror/\n");
});

Deno.test("build never falls back: one line, and it fails", async () => {
  await using machine = await cutOff();
  for (
    const [verb, extra] of [
      ["build", {}],
      ["start", { RINGDOWN_ENV: "production", PORT: "0" }],
    ] as const
  ) {
    // Any free port will do: it is not reached.
    const port = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const PORT = String(port.addr.port);
    port.close();
    const { code, output, took } = await runDeno(run(verb), {
      ...machine.env,
      ...extra,
      PORT,
    });
    assertEquals(code, 1);
    assertEquals(output.trim().split("\n").length, 1, output);
    assert(output.startsWith("error: JSR cannot be reached"), output);
    assert(took < 2000, `${took} ms`);
  }
});

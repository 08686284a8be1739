import { assert, assertEquals } from "@std/assert";
import { runDeno, startDeno } from "./processes.ts";

const run = (...args: string[]) => ["run", "-A", "offline/run.ts", ...args];

Deno.test("run: a port in use is one line and exit code 1, before any build", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const PORT = String(taken.addr.port);
  for (const verb of ["start", "dev"]) {
    const { code, output } = await runDeno(run(verb), {
      PORT,
      HOST: undefined,
    });
    assertEquals(code, 1);
    assertEquals(
      output,
      `error: 127.0.0.1:${PORT} is in use: end what listens there, or set PORT.\n`,
    );
  }
});

Deno.test("run: a PORT that is none is refused", async () => {
  for (const PORT of ["x", "0", "65536", "1.5", "-1"]) {
    const { code, output } = await runDeno(run("start"), { PORT });
    assertEquals([code, output.includes(`PORT is "${PORT}"`)], [1, true]);
  }
});

Deno.test("run: an unknown verb is one line and exit code 1", async () => {
  const { code, output } = await runDeno(run("fly"));
  assertEquals([code, output.trim().split("\n").length], [1, 1]);
  assert(output.includes('unknown verb "fly"'), output);
});

Deno.test("run: exit codes and output pass through", async () => {
  const { code, output } = await runDeno(
    run("--", "eval", 'console.log("out"); Deno.exit(42)'),
  );
  assertEquals([code, output], [42, "out\n"]);
});

Deno.test("run: what ends the wrapper ends its child, gently", async () => {
  const program = `
    for (const name of ["SIGTERM", "SIGINT"]) {
      Deno.addSignalListener(name, () => {
        console.log("got", name);
        Deno.exit(7);
      });
    }
    setInterval(() => {}, 1000);
    console.log("child", Deno.pid);
  `;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    await using running = startDeno(run("--", "eval", program));
    await running.wrote(/child \d+\n/);
    running.child.kill(signal);
    const { code, output } = await running.ended;
    assertEquals([code, output.includes(`got ${signal}`)], [7, true]);
    const pid = Number(output.match(/child (\d+)/)![1]);
    let alive = true;
    try {
      Deno.kill(pid, "SIGCONT");
    } catch {
      alive = false;
    }
    assertEquals(alive, false, `${pid} is left behind`);
  }
});

Deno.test("run: a child without handlers dies of the signal, as a shell counts", async () => {
  await using running = startDeno(
    run("--", "eval", 'console.log("up"); setInterval(() => {}, 1000)'),
  );
  await running.wrote("up");
  running.child.kill("SIGTERM");
  assertEquals((await running.ended).code, 143);
});

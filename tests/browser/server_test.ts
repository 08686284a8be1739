import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { Product } from "./server.ts";
import { until } from "./tab.ts";

/** A server that counts its lives in its data, and answers with the count. */
const COUNTER = `
const file = Deno.env.get("DENO_KV_URL");
const lives = 1 + Number(await Deno.readTextFile(file).catch(() => "0"));
await Deno.writeTextFile(file, String(lives));
console.log("life " + lives);
Deno.addSignalListener("SIGINT", () => {
  console.log("farewell");
  Deno.exit(0);
});
let asked = 0;
Deno.serve({ hostname: "127.0.0.1", port: Number(Deno.env.get("PORT")) }, (request) =>
  new Response(String(lives), {
    status: request.url.endsWith("/readyz") && asked++ < 2 ? 503 : 200,
  }));
`;

const command = () => [Deno.execPath(), "eval", "--no-config", COUNTER];

async function lives(product: Product): Promise<string> {
  return await (await fetch(product.origin)).text();
}

Deno.test("Product: keeps port and data through kill and stop", async () => {
  await using product = await Product.start({ command });
  const { port } = product;
  assertEquals(await lives(product), "1");

  await product.kill();
  await assertRejects(() => lives(product));
  await product.start();
  assertEquals([await lives(product), product.port], ["2", port]);

  assertEquals((await product.stop()).code, 0);
  await product.start();
  assertEquals(await lives(product), "3");
  assertStringIncludes(product.output, "life 2\n");
  assertStringIncludes(product.output, "farewell\n");
});

Deno.test("Product: a server that ends at once says why", async () => {
  const program = `console.error("no secret"); Deno.exit(1)`;
  await assertRejects(
    () =>
      Product.start({
        command: () => [Deno.execPath(), "eval", "--no-config", program],
      }),
    Error,
    "no secret",
  );
});

Deno.test("Product: dies with a test that is killed", async () => {
  const test = new Deno.Command(Deno.execPath(), {
    args: [
      "eval",
      `
      import { Product } from "${import.meta.resolve("./server.ts")}";
      const command = () => ${JSON.stringify(command())};
      console.log((await Product.start({ command })).origin);
    `,
    ],
    stdout: "piped",
  }).spawn();
  const lines = test.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const origin = (await lines.read()).value!.trim();
  assertEquals(await (await fetch(origin)).text(), "1");

  test.kill("SIGKILL");
  await test.status;
  await lines.cancel();
  await until(() =>
    fetch(origin).then(async (answer) => {
      await answer.body?.cancel();
      return false;
    }, () => true), { what: "the server's end" });
});

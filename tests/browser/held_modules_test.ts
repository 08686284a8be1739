import { assert, assertEquals } from "@std/assert";
import { Product } from "./server.ts";

Deno.test("a room's page leaves all of its modules to its first script", async () => {
  await using product = await Product.start();
  const created = await fetch(`${product.origin}/api/rooms`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  const { roomId } = await created.json();
  const response = await fetch(`${product.origin}/r/${roomId}?enter=sound`);
  const html = await response.text();
  assertEquals(response.headers.get("link"), null);
  assert(!html.includes('type="module"'));

  const [first, held, ...more] = html.match(/<script.*?>/g)!;
  const [, nonce] = response.headers.get("content-security-policy")!
    .match(/'nonce-(\w+)'/)!;
  assertEquals(first, `<script nonce="${nonce}">`);
  assertEquals(held, `<script type="held" nonce="${nonce}">`);
  assertEquals(more, []);

  // What the modules import in turn is among them.
  const links = [...html.matchAll(/<link rel="held" href="(.*?)">/g)];
  const paths = links.map(([, path]) => path);
  assert(paths.length > 2, paths.join());
  for (const path of paths) {
    const module = await fetch(product.origin + path);
    const imports = [
      ...(await module.text()).matchAll(/(?:from|import)"\.\/(.*?)"/g),
    ].map(([, file]) => new URL(file, product.origin + path).pathname);
    for (const other of imports) assert(paths.includes(other), other);
  }
});

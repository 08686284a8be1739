/** The JavaScript that a page sends to somebody who comes for the first time, compressed as servers and CDNs do. */
import { openChromium } from "../tests/browser/chromium.ts";
import { Product } from "../tests/browser/server.ts";

/** Bytes of all scripts of a page, gzip'd one by one. */
async function scripts(origin: string, path: string): Promise<number> {
  await using person = await openChromium();
  const tab = await person.newTab();
  const bodies: Promise<Uint8Array>[] = [];
  tab.page.on("response", (response) => {
    if (response.request().resourceType() === "script") {
      bodies.push(response.body());
    }
  });
  await tab.goto(`${origin}${path}`);
  await tab.page.waitForLoadState("networkidle");
  const sizes = await Promise.all(
    bodies.map(async (body) => (await gzip(await body)).length),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function gzip(bytes: Uint8Array): Promise<Uint8Array> {
  const packed = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(
    new CompressionStream("gzip"),
  );
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

/** Measures, and prints one line for each page. */
export async function benchPageWeight(): Promise<void> {
  await using product = await Product.start();
  const response = await fetch(`${product.origin}/api/rooms`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ type: "video" }),
  });
  const { roomId } = await response.json();
  for (
    const [page, path] of [["home", "/"], ["lobby and call", `/r/${roomId}`], [
      "call, entered at once",
      `/r/${roomId}?enter=sound`,
    ]]
  ) {
    const bytes = await scripts(product.origin, path);
    console.log(
      `JavaScript of ${page}: ${
        (bytes / 1_000).toFixed(1)
      } KB gzip'd (target of the call page: at most 60)`,
    );
  }
}

if (import.meta.main) await benchPageWeight();

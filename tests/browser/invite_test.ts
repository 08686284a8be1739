/** The invitation: what a phone's camera reads of it, and the way to other apps. */
import { assertEquals } from "@std/assert";
import { scan } from "../scanner.ts";
import { type ChromiumTab, openChromium } from "./chromium.ts";
import { Product } from "./server.ts";
import { makeRoom } from "./visitors.ts";

/** A part of the page as it is seen, in pixels of four bytes. */
async function seen(tab: ChromiumTab, blank: ChromiumTab, selector: string) {
  const png = await tab.page.locator(selector).screenshot();
  // The page itself may not load data: a blank one may.
  return await blank.evaluate(async (base64) => {
    const picture = await fetch(`data:image/png;base64,${base64}`);
    const bitmap = await createImageBitmap(await picture.blob());
    const { width, height } = bitmap;
    const context = new OffscreenCanvas(width, height).getContext("2d")!;
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    return { pixels: [...data], width, height };
  }, new Uint8Array(png).toBase64());
}

Deno.test("Invite: a camera reads the link from the page, light and dark, and phones have their sheet", async () => {
  await using product = await Product.start();
  await using ann = await openChromium();
  await makeRoom(product.origin, { pin: "2580", slug: "shack" });
  const link = `${product.origin}/r/shack`;
  const tab = await ann.newTab();
  await tab.beforeLoad(() => {
    navigator.canShare = () => true;
    navigator.share = (data) => {
      document.documentElement.dataset.shared = data?.url;
      return Promise.reject(new DOMException("changed", "AbortError"));
    };
  }, undefined);
  await tab.goto(link);
  await tab.fill({ role: "textbox", name: "Your name" }, "Ann");
  await tab.fill({ role: "textbox", name: "PIN of this room" }, "2580");
  await tab.click({ role: "button", name: "Join with neither" });
  await tab.click({ role: "button", name: "Invite" });
  await tab.waitFor(
    () => document.querySelector(`.qr-code[aria-label="QR code of the link"]`),
    { what: "the code" },
  );
  const blank = await ann.newTab();
  for (const scheme of ["light", "dark"] as const) {
    await tab.prefer(scheme);
    const { pixels, width, height } = await seen(tab, blank, ".qr-code");
    assertEquals(
      scan(new Uint8ClampedArray(pixels), width, height),
      link,
      scheme,
    );
  }
  assertEquals(
    await tab.evaluate(() =>
      document.querySelector("dialog")!.innerText.includes("has a PIN")
    ),
    true,
  );
  // Text that is marked from inside to beside the dialog leaves it open; a click beside it does not.
  const { mouse } = tab.page;
  const box = (await tab.page.locator("dialog h2").boundingBox())!;
  await mouse.move(box.x + 5, box.y + 5);
  await mouse.down();
  await mouse.move(2, 2);
  await mouse.up();
  await tab.click({ role: "button", name: "Share…" });
  await tab.waitFor(() => document.documentElement.dataset.shared);
  assertEquals(
    await tab.evaluate(() => document.documentElement.dataset.shared),
    link,
  );
  await mouse.click(2, 2);
  await tab.waitFor(() => !document.querySelector("dialog"));
  assertEquals(tab.problems, []);
});

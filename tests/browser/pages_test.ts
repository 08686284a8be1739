/** Every page that a person can see, in every state that it can be in. */
import type { ChromiumPerson, ChromiumTab } from "./chromium.ts";
import { openChromium } from "./chromium.ts";
import { look } from "./looks.ts";
import { OTHER } from "./people.ts";
import { Product } from "./server.ts";
import { closeRoom, Host, makeRoom } from "./visitors.ts";

/** A fresh tab at an address. */
async function open(
  person: ChromiumPerson,
  url: string,
): Promise<ChromiumTab> {
  const tab = await person.newTab();
  await tab.goto(url);
  return tab;
}

const JOIN = { role: "button", name: "Join with camera and microphone" };
const LEAVE = { role: "button", name: "Leave" };
const NAME = { role: "textbox", name: "Your name" };

Deno.test("The pages before a call", async () => {
  await using product = await Product.start();
  await using ann = await openChromium();
  const { origin } = product;

  const home = await open(ann, origin);
  await home.waitFor(() => !document.querySelector("button")!.disabled);
  await look(home, "home");
  await home.fill({ role: "textbox", name: "Have a link or a code?" }, "a b");
  await home.press("Enter");
  await home.see("#room-problem");
  await look(home, "home-bad-link");

  const nothing = await open(ann, `${origin}/nowhere`);
  await nothing.see({ role: "heading", name: "There is nothing here" });
  await look(nothing, "not-found", /404/);
  const unknown = await open(ann, `${origin}/r/unknownroom`);
  await unknown.see({ role: "heading", name: "There is no such room" });
  await look(unknown, "room-unknown", /404/);

  const room = await makeRoom(origin, { name: "Shack" });
  const lobby = await open(ann, room.page);
  await lobby.see(".preview-tile video");
  await lobby.fill(NAME, "Ann Ameise");
  await look(lobby, "lobby");
  await lobby.click({ role: "button", name: "Turn off" });
  await lobby.gone(".preview-tile video");
  await look(lobby, "lobby-devices-off");

  const closed = await makeRoom(origin, { pin: "2580" });
  const pin = await open(ann, closed.page);
  await pin.see(".preview-tile video");
  await pin.fill(NAME, "Ann");
  await pin.fill({ role: "textbox", name: "PIN of this room" }, "1111");
  await pin.click(JOIN);
  await pin.see("#refusal");
  await look(pin, "lobby-wrong-pin", /403/);

  const joining = await ann.newTab();
  await joining.page.route("**/join", () => {}); // never answered
  await joining.goto(`${room.page}?enter=none`);
  await joining.see({ role: "heading", name: "Joining…" });
  await look(joining, "joining");
});

Deno.test("The pages of people without devices, or on an insecure address", async () => {
  await using product = await Product.start();
  await using ann = await openChromium({
    devices: "none",
    args: ["--host-resolver-rules=MAP lan.test 127.0.0.1"],
  });
  const room = await makeRoom(product.origin);

  const lobby = await open(ann, room.page);
  await lobby.fill(NAME, "Ann");
  await lobby.click(JOIN);
  await lobby.see(".preview-problems .problem");
  await look(lobby, "lobby-no-devices");

  const call = await open(ann, `${room.page}?enter=video&name=Ann`);
  await call.see(".banner.warn");
  await look(call, "call-no-devices");

  const insecure = await open(
    ann,
    room.page.replace("127.0.0.1", "lan.test"),
  );
  await insecure.see(".preview-problems .problem");
  // A header that Chromium heeds on secure pages only, and says so.
  await look(insecure, "lobby-insecure", /Cross-Origin-Opener-Policy/);
});

Deno.test("The pages of a call and what comes after it", async () => {
  await using product = await Product.start();
  await using ann = await openChromium();
  const { origin } = product;
  const room = await makeRoom(origin, { name: "Shack" });

  const a = await open(ann, `${room.page}?enter=video&name=Ann Ameise`);
  await a.see(".tile.self video");
  await look(a, "call-alone");
  await a.click({ role: "button", name: "Invite" });
  await a.see("dialog");
  await look(a, "call-invite");
  await a.press("Escape");
  await a.gone("dialog");

  const b = await open(ann, `${room.page}?enter=video&name=Benno Biber`);
  await a.see(`${OTHER} video`);
  await b.see(`${OTHER} video`);
  await look(a, "call-two");

  await b.click({ role: "button", name: "Stop video" });
  await b.click({ role: "button", name: "Mute microphone" });
  await a.gone(`${OTHER} video`);
  await a.waitFor(() => document.body.innerText.includes("Microphone off"));
  await look(a, "call-two-camera-off");
  await look(b, "call-two-muted");

  await a.click({ role: "button", name: "Chat" });
  await look(a, "call-chat-empty");
  await a.fill({ role: "textbox", name: "Message" }, "Hello Benno!");
  await a.press("Enter");
  await b.see({ role: "button", name: "Chat, 1 new" });
  await look(b, "call-chat-unread");
  await b.click({ role: "button", name: "Chat, 1 new" });
  const message = { role: "textbox", name: "Message" };
  await b.fill(message, "Hello! It is all at https://example.org/minutes");
  await b.press("Enter");
  await b.fill(message, "and a second line, which is rather longer than one");
  await b.press("Enter");
  await a.waitFor(() => document.querySelectorAll(".line").length === 3);
  await look(a, "call-chat");
  await a.click({ role: "button", name: "Close chat" });

  await product.kill();
  await a.waitFor(() => document.body.innerText.includes("Reconnecting"));
  await look(a, "call-reconnecting", /WebSocket/);
  await product.start();
  for (const tab of [a, b]) await tab.gone(".banners .banner", 30_000);

  await b.click(LEAVE);
  await b.see({ role: "heading", name: "You left the call" });
  await look(b, "after-left", /WebSocket/);

  const kept = await a.evaluate(() => Object.entries({ ...sessionStorage }));
  const other = await open(ann, origin);
  await other.evaluate((kept) => {
    for (const [key, value] of kept) sessionStorage.setItem(key, value);
  }, kept);
  await other.goto(room.page);
  await a.see({ role: "heading", name: "You're in this call in another tab" });
  await look(a, "after-taken-over", /WebSocket/);

  using host = await Host.connect(origin, room);
  await host.remove("Ann Ameise");
  await other.see({
    role: "heading",
    name: "A host removed you from this room",
  });
  await look(other, "after-removed");

  const last = await open(ann, `${room.page}?enter=none&name=Carla`);
  await last.see(LEAVE);
  await closeRoom(origin, room);
  await last.see({ role: "heading", name: "This room was closed" });
  await look(last, "after-closed");
});

Deno.test("The pages while the database cannot be opened", async () => {
  const folder = await Deno.makeTempDir({ prefix: "ringdown-pages-" });
  try {
    await Deno.writeTextFile(`${folder}/blocked`, "");
    await using product = await Product.start({
      readyPath: "/healthz",
      env: { DENO_KV_URL: `${folder}/blocked/kv.sqlite3` },
    });
    await using ann = await openChromium();
    const tab = await open(ann, `${product.origin}/r/anyroom`);
    await tab.see({ role: "heading", name: "The service is having trouble" });
    await look(tab, "unavailable", /503/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

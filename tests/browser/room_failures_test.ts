/** Rooms that do not let somebody in, or let somebody go: each in its own words, with a way on where there is one. */
import { assertEquals, assertNotEquals } from "@std/assert";
import { SYSTEM_CLOCK } from "@/lib/protocol/clock.ts";
import { CLOSE_CODES } from "@/lib/protocol/errors.ts";
import { Secret } from "@/lib/server/secret.ts";
import { Tokens } from "@/lib/server/tokens.ts";
import { openChromium } from "./chromium.ts";
import { look } from "./looks.ts";
import { Product } from "./server.ts";
import type { Tab } from "./tab.ts";
import {
  changeRoom,
  closeRoom,
  Host,
  type MadeRoom,
  makeRoom,
  takeSeat,
} from "./visitors.ts";

const SECRET = crypto.getRandomValues(new Uint8Array(32)).toHex();
const LEAVE = { role: "button", name: "Leave" };
const RETRY = { role: "button", name: "Try again" };
const heading = (name: string) => ({ role: "heading", name });

/** The token that the tab keeps for a reload. */
function keptToken(tab: Tab, { roomId }: MadeRoom): Promise<string> {
  return tab.evaluate(
    (key) => JSON.parse(sessionStorage.getItem(key)!).token as string,
    `ringdown.call.${roomId}`,
  );
}

/** Whom a token is for. */
function memberOf(token: string): string {
  const claims = Uint8Array.fromBase64(token.split(".")[1], {
    alphabet: "base64url",
  });
  return JSON.parse(new TextDecoder().decode(claims)).sub;
}

/** A member's token that was good three hours ago. */
async function expired({ roomId }: MadeRoom): Promise<string> {
  const then = Date.now() - 3 * 3_600_000;
  const tokens = new Tokens(
    { jwtSecret: new Secret(SECRET), deployment: "development" },
    { ...SYSTEM_CLOCK, now: () => then },
  );
  const member = {
    memberId: "somebody",
    role: "speaker",
    name: "Ann",
  } as const;
  return (await tokens.issueMember({ roomId, ...member })).token;
}

/** Puts into the tab's storage what a call would have kept for a reload, without a page of the room being open. */
async function keep(
  tab: Tab,
  origin: string,
  { roomId }: MadeRoom,
  token: string,
): Promise<void> {
  await tab.goto(origin);
  await tab.evaluate(([roomId, token]) => {
    const call = { token, name: "Ann", microphone: true, camera: false };
    sessionStorage.setItem(`ringdown.call.${roomId}`, JSON.stringify(call));
  }, [roomId, token]);
}

Deno.test("Rooms that do not let somebody in", async () => {
  await using product = await Product.start();
  const { origin } = product;
  await using ann = await openChromium();
  const tab = await ann.newTab();

  await tab.goto(`${origin}/r/unknownroom?enter`);
  await tab.see(heading("There is no such room"));

  const full = await makeRoom(origin, { maxParticipants: 2 });
  await takeSeat(origin, full, "Ben");
  await takeSeat(origin, full, "Carla");
  await tab.goto(`${full.page}?enter=sound&name=Ann`);
  await tab.see(heading("This room is full"));
  await look(tab, "room-full", /404|409/);
  await changeRoom(origin, full, { maxParticipants: 3 });
  await tab.click(RETRY);
  await tab.see(LEAVE);

  const locked = await makeRoom(origin);
  await changeRoom(origin, locked, { locked: true });
  await tab.goto(`${locked.page}?enter=sound&name=Ann`);
  await tab.see(heading("This room is locked"));
  await changeRoom(origin, locked, { locked: false });
  await tab.click(RETRY);
  await tab.see(LEAVE);

  const closed = await makeRoom(origin, { pin: "2580" });
  await tab.goto(`${closed.page}?enter=sound&name=Ann`);
  await tab.fill({ role: "textbox", name: "PIN of this room" }, "1111");
  await tab.click({ role: "button", name: "Join with sound only" });
  await tab.see("#refusal");
  assertEquals(
    (await tab.see("#refusal strong")).trim(),
    "That PIN isn't right.",
  );
  assertEquals(
    await tab.evaluate(() => document.querySelector("input")!.value),
    "Ann",
  );
  // What was open stays open, or it would be asked for once more.
  await tab.see({ role: "button", name: "Turn off" });
  await tab.fill({ role: "textbox", name: "PIN of this room" }, "2580");
  await tab.press("Enter");
  await tab.see(LEAVE);
});

Deno.test("Rooms that let somebody go", async () => {
  await using product = await Product.start();
  const { origin } = product;
  await using ann = await openChromium();
  const tab = await ann.newTab();
  const room = await makeRoom(origin);
  await tab.goto(`${room.page}?enter=sound&name=Ann`);
  await tab.see(LEAVE);

  const other = await ann.newTab();
  await keep(other, origin, room, await keptToken(tab, room));
  await other.goto(room.page);
  await other.see(LEAVE);
  await tab.see(heading("You're in this call in another tab"));
  const me = memberOf(await keptToken(other, room));
  await tab.click({ role: "button", name: "Continue here" });
  await tab.see(LEAVE);
  await other.see(heading("You're in this call in another tab"));
  assertEquals(memberOf(await keptToken(tab, room)), me);
  await other.close();

  using host = await Host.connect(origin, room);
  await host.remove("Ann");
  await tab.see(heading("A host removed you from this room"));
  await tab.gone({ role: "button", name: "Join again" });

  const next = await makeRoom(origin);
  await tab.goto(`${next.page}?enter=sound&name=Ann`);
  await tab.see(LEAVE);
  await closeRoom(origin, next);
  await tab.see(heading("This room was closed"));
});

Deno.test("A seat that is there no more", async () => {
  await using product = await Product.start();
  await using ann = await openChromium();
  const { page } = await makeRoom(product.origin);
  for (
    const [reason, says] of [
      ["seat-ended", "You were away for too long"],
      ["token-invalid", "Your place in this call has expired"],
    ] as const
  ) {
    const tab = await ann.newTab();
    // As by a server that gives a seat and does not know it a moment later.
    await tab.beforeLoad((code) => {
      const Current = WebSocket;
      const page = Object.assign(globalThis, { closeWith: code });
      globalThis.WebSocket = class extends Current {
        constructor(url: string | URL, protocols?: string | string[]) {
          super(url, protocols);
          this.addEventListener("open", () => {
            if (page.closeWith > 0) this.close(page.closeWith);
          });
        }
      };
    }, CLOSE_CODES[reason] as number);
    await tab.goto(`${page}?enter=sound&name=Ann`);
    await tab.see(heading(says));
    await look(tab, `after-${reason}`);
    await tab.evaluate(() => void Object.assign(globalThis, { closeWith: 0 }));
    await tab.click({ role: "button", name: "Join again" });
    await tab.see(LEAVE);
  }
});

Deno.test("A reload, and what a page has kept", async () => {
  await using product = await Product.start({ env: { JWT_SECRET: SECRET } });
  const { origin } = product;
  await using ann = await openChromium();
  const tab = await ann.newTab();
  const room = await makeRoom(origin);

  await tab.goto(`${room.page}?enter=video&name=Ann`);
  await tab.see(".tile.self video");
  await tab.click({ role: "button", name: "Mute microphone" });
  await tab.see({ role: "button", name: "Unmute microphone" });
  const me = memberOf(await keptToken(tab, room));
  await tab.reload();
  await tab.see({ role: "button", name: "Unmute microphone" });
  await tab.see(".tile.self video");
  assertEquals(memberOf(await keptToken(tab, room)), me);
  assertEquals((await tab.see(".tile.self bdi")).trim(), "Ann");

  // The other way round: heard, not seen.
  await tab.click({ role: "button", name: "Unmute microphone" });
  await tab.click({ role: "button", name: "Stop video" });
  await tab.see({ role: "button", name: "Start video" });
  await tab.reload();
  await tab.see({ role: "button", name: "Mute microphone" });
  await tab.see({ role: "button", name: "Start video" });
  assertEquals(memberOf(await keptToken(tab, room)), me);

  for (const token of ["garbage", "", "ä ö", await expired(room)]) {
    await keep(tab, origin, room, token);
    await tab.goto(room.page);
    await tab.see(LEAVE);
    assertNotEquals(memberOf(await keptToken(tab, room)), me);
  }
});

Deno.test("Pages and browsers that are too old", async () => {
  await using product = await Product.start();
  await using ann = await openChromium();
  const { page } = await makeRoom(product.origin);

  const old = await ann.newTab();
  await old.beforeLoad(() => {
    const Current = WebSocket;
    globalThis.WebSocket = class extends Current {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, ["ringdown.v0", ...protocols!.slice(1)]);
      }
    };
  }, undefined);
  await old.goto(`${page}?enter=none&name=Ann`);
  await old.see(heading("This page is out of date"));
  await old.see({ role: "link", name: "Load the page again" });
  await look(old, "page-out-of-date");

  const bare = await ann.newTab();
  await bare.beforeLoad(() => {
    Reflect.deleteProperty(globalThis, "RTCPeerConnection");
  }, undefined);
  for (const query of ["", "?enter=video&name=Ann"]) {
    await bare.goto(page + query);
    await bare.see(heading("This browser can't make calls"));
    await bare.gone({ role: "textbox", name: "Your name" });
  }
  await look(bare, "browser-unsupported");
});

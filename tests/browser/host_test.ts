/** What hosts can do to others, to the room, and for everyone; and what somebody who only listens cannot. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { type ChromiumTab, openChromium } from "./chromium.ts";
import { look } from "./looks.ts";
import { Product } from "./server.ts";
import { type MadeRoom, makeRoom } from "./visitors.ts";

const button = (name: string) => ({ role: "button", name });
const heading = (name: string) => ({ role: "heading", name });
const LEAVE = button("Leave");

/** Enters as the maker of a room does. */
async function enterAsHost(
  tab: ChromiumTab,
  origin: string,
  room: MadeRoom,
): Promise<void> {
  await tab.goto(origin);
  await tab.evaluate(
    ([roomId, token]) => localStorage.setItem(`ringdown.host.${roomId}`, token),
    [room.roomId, room.hostToken],
  );
  await tab.goto(`${room.page}?enter=video&name=Ann`);
  await tab.see(".tile.self video");
}

/** Waits until the list of people says so of somebody. */
async function listed(
  tab: ChromiumTab,
  name: string,
  what: string,
): Promise<void> {
  await tab.waitFor(
    ([name, what]) =>
      [...document.querySelectorAll(".person")].some(({ textContent }) =>
        textContent!.includes(name) && textContent!.includes(what)
      ),
    { what: `${name}: ${what}` },
    [name, what] as const,
  );
}

/** Clicks a line of somebody's menu. */
async function choose(
  tab: ChromiumTab,
  name: string,
  line: string,
): Promise<void> {
  await tab.click(`.person button[aria-label="Options for ${name}"]`);
  await tab.click(button(line));
}

Deno.test("A host mutes, changes what is allowed, locks, removes and ends", async () => {
  await using product = await Product.start();
  await using hosts = await openChromium();
  await using guests = await openChromium();
  const { origin } = product;
  const room = await makeRoom(origin, { name: "Shack" });
  const [ann, ben, carla] = [
    await hosts.newTab(),
    await guests.newTab(),
    await guests.newTab(),
  ];
  await enterAsHost(ann, origin, room);
  await ben.goto(`${room.page}?enter=video&name=Ben`);
  await ben.see(".tile.self video");

  // Only hosts see what hosts can do.
  await ben.click(button("People, 2"));
  await listed(ben, "Ann", "Host");
  await ben.gone(button("Lock"));
  await ben.gone(button("End for all…"));
  await ben.click(button("Close people"));

  await ann.click(button("People, 2"));
  await listed(ann, "Ben", "Microphone on");
  // Ben's microphone beeps: its meter moves.
  await ann.waitFor(() => {
    const meter = document.querySelectorAll<HTMLElement>(".person-level")[1];
    return Number(meter?.style.getPropertyValue("--level")) > 0;
  }, { what: "the level of the other" });
  await look(ann, "call-people-host");
  await ann.click(`.person button[aria-label="Options for Ben"]`);
  await look(ann, "call-people-menu");
  await ann.click(button("Mute"));
  await listed(ann, "Ben", "Microphone off");
  assertStringIncludes(
    await ben.see(".banners .banner"),
    "A host has muted you.",
  );
  await look(ben, "call-muted-by-host");
  await ben.click(".banners .button");
  await ben.gone(".banners .banner");
  await listed(ann, "Ben", "Microphone on");
  await choose(ann, "Ben", "Stop their camera");
  await listed(ann, "Ben", "Camera off");
  await ben.click(".banners .button");
  await listed(ann, "Ben", "Camera on");

  // What is no longer allowed is no longer sent, and its buttons are gone; allowed again, it is not on by itself.
  await ann.click(button("Room…"));
  await look(ann, "call-room-options");
  await ann.click({ role: "checkbox", name: "Picture" });
  await ann.click({ role: "checkbox", name: "Chat" });
  await ann.fill({ role: "textbox", name: "People at most" }, "1");
  await ann.click(button("Save"));
  await ann.see("#room-seats-problem");
  await look(ann, "call-room-options-wrong", /400/);
  await ann.fill({ role: "textbox", name: "People at most" }, "3");
  await ann.click(button("Save"));
  await ann.gone("dialog");
  await listed(ann, "Ben", "Camera off");
  await ben.gone(button("Stop video"));
  await ben.gone(button("Start video"));
  await ben.gone(button("Chat"));
  await ben.waitFor(() =>
    document.body.innerText.includes("Cameras aren't allowed in this room now")
  );
  await look(ben, "call-camera-not-allowed");
  await ann.click(button("Room…"));
  await ann.click({ role: "checkbox", name: "Picture" });
  await ann.click({ role: "checkbox", name: "Chat" });
  await ann.click(button("Save"));
  await ben.see(button("Start video"));
  await ben.see(button("Chat"));
  await ben.gone(".banners .warn");

  await ann.click(button("Lock"));
  await ben.see(".call-head .tag");
  await carla.goto(`${room.page}?enter=none&name=Carla`);
  await carla.see(heading("This room is locked"));
  assertEquals(
    await carla.evaluate(() => document.title),
    "This room is locked – Ringdown",
  );
  await look(carla, "after-locked", /423/);
  await ann.click(button("Unlock"));
  await ben.gone(".call-head .tag");
  await carla.click(button("Try again"));
  await carla.see(LEAVE);

  const token = await ben.evaluate(
    (key) => JSON.parse(sessionStorage.getItem(key)!).token as string,
    `ringdown.call.${room.roomId}`,
  );
  await choose(ann, "Ben", "Remove from the room…");
  await ann.see(heading("Remove Ben?"));
  await look(ann, "call-confirm-remove");
  // Asked, and thought better of: nothing happens.
  await ann.click(button("Cancel"));
  await ann.gone("dialog");
  await listed(ann, "Ben", "Microphone on");
  await choose(ann, "Ben", "Remove from the room…");
  await ann.click(button("Remove"));
  await ben.see(heading("A host removed you from this room"));
  for (const tab of [ann, carla]) {
    await tab.waitFor(
      () =>
        ![...document.querySelectorAll(".tile, .person")]
          .some(({ textContent }) => textContent!.includes("Ben")),
      { what: "that Ben is gone" },
    );
  }
  const back = await fetch(`${origin}/api/rooms/${room.roomId}/join`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify({ name: "Ben" }),
  });
  assertEquals([back.status, (await back.json()).code], [403, "removed"]);

  await ann.click(button("End for all…"));
  await ann.click(button("End for everyone"));
  for (const tab of [ann, carla]) {
    await tab.see(heading("This room was closed"));
  }
  await ann.click({ role: "link", name: "Start a new call" });
  await ann.see(button("Start a call"));
  await ann.gone(".recent-rooms");
});

Deno.test("Who only listens has nothing to send with", async () => {
  await using product = await Product.start();
  await using ann = await openChromium();
  const { origin } = product;
  const room = await makeRoom(origin);
  const seat = await fetch(`${origin}/api/rooms/${room.roomId}/join`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: "Ann", role: "listener" }),
  });
  const { token } = await seat.json();
  const tab = await ann.newTab();
  await tab.goto(origin);
  await tab.evaluate(([roomId, token]) => {
    const call = { token, name: "Ann", microphone: true, camera: true };
    sessionStorage.setItem(`ringdown.call.${roomId}`, JSON.stringify(call));
  }, [room.roomId, token]);
  await tab.goto(room.page);
  await tab.see(LEAVE);
  for (
    const name of [
      "Mute microphone",
      "Unmute microphone",
      "Start video",
      "Stop video",
      "Share a screen",
    ]
  ) await tab.gone(button(name));
  await tab.gone(".tile.self video");
  await tab.click(button("People, 1"));
  await listed(tab, "Ann", "Listens only");
});

import { assert, assertEquals } from "@std/assert";
import {
  MAX_RETAINED_SIGNALS,
  MAX_SIGNAL_BYTES,
} from "@/lib/protocol/limits.ts";
import { type ChatPage, ChatRoom } from "../../fakes/chat_room.ts";
import { meshRig } from "../mesh/mesh_rig.ts";

/** Of all characters the longest in JSON: six bytes. */
const LONE_SURROGATE = "\ud834";

/** Pages of those members, without any channel, and a server that passes on what they say. */
function room(...memberIds: string[]) {
  const room = new ChatRoom();
  room.setServer(true);
  const pages = memberIds.map((memberId) => room.join(memberId));
  return { room, pages, clock: room.clock };
}

const say = (page: ChatPage, text: string, to?: string) =>
  page.chat.send(text, page.memberId.toUpperCase(), to);
const texts = (page: ChatPage) => page.chat.messages.map(({ text }) => text);
const marks = (page: ChatPage) =>
  page.chat.messages.map(({ delivery }) =>
    delivery && `${delivery.got} of ${delivery.of}`
  );

Deno.test("Chat goes by the server where no channel opens: at once, to all and to one, with true marks", () => {
  const { room: chatRoom, pages: [ann, bob, cy], clock } = room(
    "ann",
    "bob",
    "cy",
  );
  say(ann, "to all");
  say(bob, "to Ann", "ann");
  clock.runNow(10);
  assertEquals(texts(ann), ["to all", "to Ann"]);
  assertEquals(texts(bob), ["to all", "to Ann"]);
  assertEquals(texts(cy), ["to all"]);
  clock.runNow(10_000);
  assertEquals(marks(ann), ["2 of 2", null]);
  assertEquals(marks(bob), [null, "1 of 1"]);
  assertEquals(chatRoom.frames, []);
});

Deno.test("History comes by the server, too, from any page, to whom no channel opens", () => {
  const { room: chatRoom, pages: [ann, bob], clock } = room("ann", "bob");
  say(ann, "1");
  say(bob, "2");
  clock.runNow(1_000);
  chatRoom.leave("ann");
  const cy = chatRoom.join("cy");
  clock.runNow(5_000);
  assertEquals(texts(cy), ["1", "2"]);
});

Deno.test("Chat and history keep away from the server while the pair has a channel that works, and return to it when that is lost", async () => {
  const { clock, server, network, page } = meshRig();
  const served = () =>
    server.received.flatMap(({ message }) =>
      message.type === "signal" ? [JSON.stringify(message.data)] : []
    ).filter((data) => !data.includes(`"connection"`));
  const [ann, bob] = [page("ann"), page("bob")];
  await clock.run(1_000);
  ann.say("one");
  await clock.run(10_000);
  const cy = page("cy");
  await clock.run(10_000);
  assertEquals([bob.heard("ann"), cy.heard("ann")], [["one"], ["one"]]);
  assertEquals(served(), []);
  network.isBlocked = true;
  ann.say("two");
  await clock.run(10_000);
  assertEquals([bob.heard("ann"), cy.heard("ann")], [
    ["one", "two"],
    ["one", "two"],
  ]);
  assert(served().length >= 2);
  for (const each of [ann, bob, cy]) {
    const marked = each.chat.messages.flatMap(({ delivery }) => delivery ?? []);
    for (const { got, of } of marked) assertEquals(got, of);
    each.close();
  }
});

Deno.test("History is not told by the server while the pair's own channel may yet open, even to a page that asks", () => {
  const { room: chatRoom, pages: [ann], clock } = room("ann", "bob");
  say(ann, "hello");
  clock.runNow(2_900);
  chatRoom.served.length = 0;
  chatRoom.forge(ann, "bob", { type: "ask-history", have: [] });
  clock.runNow(50);
  assertEquals(chatRoom.served, []);
  clock.runNow(100);
  assert(chatRoom.served.some((data) => data.includes(`"history"`)));
});

Deno.test("Chat that is closed is not woken by what is acknowledged after that", () => {
  const { pages: [ann, bob], clock } = room("ann", "bob");
  clock.runNow(3_010); // Each has answered the other.
  say(ann, "hello");
  clock.runNow(10);
  ann.chat.close();
  bob.chat.close();
  clock.runNow(500);
  assertEquals([marks(ann), texts(bob)], [["0 of 1"], ["hello"]]);
  assertEquals(clock.waiting, 0);
});

Deno.test("Chat takes nobody for a reader whose page says nothing of chat", () => {
  const { pages: [ann, bob], clock } = room("ann", "bob");
  bob.chat.close(); // As of a page that has none: its session acknowledges.
  for (let i = 0; i < 20; i++) say(ann, `${i}`);
  clock.runNow(20_000);
  assertEquals(new Set(marks(ann)), new Set(["0 of 1"]));
});

Deno.test("Chat never fills a pair, nor what is under way: an offer finds its way past any number of messages", () => {
  const { room: chatRoom, pages: [ann, bob], clock } = room("ann", "bob");
  clock.runNow(5_000);
  chatRoom.setServer(false);
  const said = Array.from({ length: 900 }, (_, i) => `${i}`);
  for (const text of said) say(ann, text);
  const got: unknown[] = [];
  bob.events.subscribe((event) => got.push(event));
  ann.pairs.get("bob")!.pair.send("an offer");
  chatRoom.setServer(true);
  clock.runNow(10);
  const types = got.map((event) => (event as { data: unknown }).data);
  assertEquals(types.indexOf("an offer"), 8);
  clock.runNow(60_000);
  assertEquals(texts(bob), said);
  assertEquals(new Set(marks(ann)), new Set(["1 of 1"]));
});

Deno.test("History goes in signals that the server takes, and however often a page asks, its answers stay within the rate", () => {
  const { room: chatRoom, pages: [ann, bob], clock } = room("ann", "bob");
  for (let i = 0; i < 20; i++) {
    say(ann, `${i} `.padEnd(4_000, LONE_SURROGATE));
  }
  clock.runNow(10_000);
  chatRoom.served.length = 0;
  const ask = { type: "ask-history", have: [] };
  for (let i = 0; i < 1_000; i++) {
    chatRoom.forge(ann, "bob", ask);
    clock.runNow(10);
  }
  const told = chatRoom.served.filter((data) => data.includes(`"history"`));
  const bytes = told.map((data) => new TextEncoder().encode(data).length);
  assert(Math.max(...bytes) <= MAX_SIGNAL_BYTES, `${bytes}`);
  // Ten seconds: at most ten answers of 64 KiB.
  assert(told.length >= 4 && told.length <= 50, `${told.length} signals`);
  assert(bytes.reduce((sum, size) => sum + size) <= 10 * 70_000);
  assertEquals(texts(bob).length, 20);
});

/** A page says so much to a member that everything before it is forgotten, and the member is told of a gap. */
function flood(page: ChatPage, to: string): void {
  const { pair } = page.pairs.get(to)!;
  for (let i = 0; i < MAX_RETAINED_SIGNALS * 2; i++) pair.send(i);
}

Deno.test("Chat says again what a pair has forgotten, to all and to one", () => {
  const { room: chatRoom, pages: [ann, bob], clock } = room("ann", "bob");
  clock.runNow(10_000);
  chatRoom.setServer(false);
  const said = Array.from({ length: 10 }, (_, i) => `${i}`);
  for (const text of said) say(ann, text, text === "5" ? "bob" : undefined);
  flood(ann, "bob");
  let gaps = 0;
  bob.events.subscribe(({ type }) => gaps += type === "gap" ? 1 : 0);
  chatRoom.setServer(true);
  clock.runNow(60_000);
  assertEquals(gaps, 1);
  assertEquals(new Set(texts(bob)), new Set(said));
  assertEquals(texts(bob).length, said.length);
  assertEquals(new Set(marks(ann)), new Set(["1 of 1"]));
});

Deno.test("History is asked for again after a gap, whether the question was forgotten or the answer", () => {
  for (const forgetful of ["ann", "bob"]) {
    const { room: chatRoom, pages: [, bob], clock } = room("ann", "bob");
    say(bob, "1");
    clock.runNow(10_000);
    const ann = chatRoom.join("ann");
    const [page, other] = forgetful === "ann" ? [ann, "bob"] : [bob, "ann"];
    const { pair } = page.pairs.get(other)!;
    pair.suspend();
    clock.runNow(3_500); // She has asked, or he has answered, into the void.
    flood(page, other);
    pair.open();
    clock.runNow(2_000);
    assertEquals(texts(ann), ["1"], forgetful);
  }
});

import { assert, assertEquals } from "@std/assert";
import { type ChatPage, ChatRoom } from "../../fakes/chat_room.ts";
import { between } from "../../fakes/random.ts";

const say = (page: ChatPage, text: string, to?: string) =>
  page.chat.send(text, page.memberId.toUpperCase(), to);
const texts = (page: ChatPage) => page.chat.messages.map(({ text }) => text);

/** Ann and Bob, connected, and what they have said. */
function talk(...said: [who: "ann" | "bob", text: string][]) {
  const room = new ChatRoom();
  const { clock } = room;
  const [ann, bob] = ["ann", "bob"].map((memberId) => room.join(memberId));
  room.connect(ann, bob);
  for (const [who, text] of said) {
    say(who === "ann" ? ann : bob, text);
    clock.runNow(100);
  }
  return { room, clock, ann, bob };
}

Deno.test("History tells a latecomer what was said, once, by whoever is there", () => {
  const { room, clock, ann, bob } = talk(["ann", "1"], ["bob", "2"]);
  room.leave("ann");
  const cy = room.join("cy");
  room.connectAll();
  clock.runNow(1_000);
  say(bob, "3");
  clock.runNow(1_000);
  assertEquals(texts(cy), ["1", "2", "3"]);
  const shown = cy.chat.messages.map((m) => [m.name, m.history, m.isFirsthand]);
  assertEquals(shown, [
    ["ANN", true, false], // Bob passes it on.
    ["BOB", true, true],
    ["BOB", false, true],
  ]);
  assert(cy.chat.messages.every((m) => m.delivery === null && !m.isLocal));
  assertEquals(texts(ann), ["1", "2"]);
});

Deno.test("History is told in full by one, and only what is lacking by the others", () => {
  const { room, clock } = talk(...Array.from(
    { length: 50 },
    (_, i) => ["ann", `message ${i}`] as ["ann", string],
  ));
  const cy = room.join("cy");
  room.frames.length = 0;
  room.connectAll();
  clock.runNow(1_000);
  assertEquals(texts(cy).length, 50);
  const told = room.signals.flatMap(({ type, messages }) =>
    type === "history" ? messages : []
  );
  assertEquals(told.length, 50);
});

Deno.test("History has the latest 200 messages, in signals of 16 KiB and 64 KiB in all", () => {
  for (const [length, expected] of [[10, 200], [1_000, 55], [4_000, 15]]) {
    const { room, clock, ann } = talk();
    for (let i = 0; i < 210; i++) {
      say(ann, `${i} `.padEnd(length, "x"));
      clock.runNow(10);
    }
    room.leave("bob");
    room.frames.length = 0;
    const cy = room.join("cy");
    room.connectAll();
    clock.runNow(1_000);
    const numbers = texts(cy).map((text) => Number(text.split(" ")[0]));
    assert(numbers.length >= expected, `${numbers.length} of ${length}`);
    const first = 210 - numbers.length;
    assertEquals(numbers, numbers.map((_, i) => first + i));
    const told = room.frames.filter((frame) => frame.includes(`"history"`));
    const sizes = told.map((frame) => frame.length);
    assert(Math.max(...sizes) < 16_384 + 300, `${sizes}`);
    assert(sizes.reduce((sum, size) => sum + size) < 65_536 + 1_000);
  }
});

Deno.test("History comes from the next one when the first says nothing, or leaves while it tells", () => {
  for (const silent of [true, false]) {
    const { room, clock, ann, bob } = talk(["ann", "1"]);
    const cy = room.join("cy");
    room.connect(cy, ann);
    room.connect(cy, bob);
    const wire = room.wire(ann, cy);
    wire.send = () => {};
    if (!silent) room.leave("ann");
    clock.runNow(silent ? 10_000 : 1_000); // Nobody waits for who has left.
    assertEquals(texts(cy), ["1"]);
  }
});

Deno.test("History gives a reloaded page its own messages back as its own", () => {
  const { room, clock } = talk(["ann", "1"], ["bob", "2"]);
  const again = room.join("ann");
  room.connectAll();
  clock.runNow(1_000);
  say(again, "3");
  clock.runNow(1_000);
  assertEquals(texts(again), ["1", "2", "3"]);
  const mine = again.chat.messages.map((m) => [m.isLocal, m.isFirsthand]);
  assertEquals(mine, [[true, false], [false, true], [true, true]]);
  assertEquals(texts(room.pages.get("bob")!), ["1", "2", "3"]);
  // Somebody else's word for it, though her own page passes it on.
  room.leave("bob");
  const cy = room.join("cy");
  room.connectAll();
  clock.runNow(1_000);
  assertEquals(
    cy.chat.messages.map((m) => [m.memberId, m.isFirsthand]),
    [["ann", false], ["bob", false], ["ann", true]],
  );
});

Deno.test("History brings what the last page of somebody got through to one only", () => {
  for (const ending of ["leave", "join"] as const) {
    const { room, clock, ann, bob } = talk();
    const cy = room.join("cy");
    room.connect(bob, cy);
    clock.runNow(1_000);
    say(ann, "for both");
    clock.runNow(1_000);
    assertEquals([texts(bob), texts(cy)], [["for both"], []]);
    room[ending]("ann");
    clock.runNow(1_000);
    assertEquals(texts(cy), ["for both"]);
  }
});

Deno.test("History counts as delivery", () => {
  const { room, clock, ann, bob } = talk();
  const cy = room.join("cy");
  say(ann, "hello");
  room.connect(bob, cy);
  clock.runNow(1_000);
  // Bob's word has reached Cy before Ann's own channel opens.
  room.leave("bob");
  room.connect(ann, cy);
  clock.runNow(1_000);
  assertEquals(texts(cy), ["hello"]);
  assertEquals(ann.chat.messages[0].delivery, { got: 2, of: 2 });
});

/** What Mallory's page tells Cy's, who has come last and asks her. */
function lie(
  messages: readonly Record<string, unknown>[],
  { returning = false } = {},
) {
  const rig = talk(["ann", "true"]);
  const { room, clock } = rig;
  room.join("mal");
  if (returning) room.join("cy");
  const cy = room.join("cy");
  const mal = room.pages.get("mal")!;
  room.connect(cy, mal);
  room.wire(mal, cy).send = () => {};
  const sentAt = cy.chat.messages.length;
  const tell = () =>
    room.forge(cy, "mal", {
      type: "history",
      more: false,
      messages: messages.map((message, i) => ({
        id: `lie${i}`,
        memberId: "ann",
        name: "Ann",
        text: `lie ${i}`,
        sentAt,
        order: clock.now(),
        own: false,
        ...message,
      })),
    });
  clock.runNow(4_000); // She is asked.
  tell();
  clock.runNow(10_000);
  return { ...rig, cy, mal, tell };
}

Deno.test("History never overrides what a message's author says", () => {
  const { ann } = talk(["ann", "true"]);
  const id = ann.chat.messages[0].id.split(" ")[1]; // The rig has one chance: the same in each.
  const { room, clock, cy, ann: author, tell } = lie([
    { id, text: "false", own: true },
  ]);
  const shown = () =>
    cy.chat.messages.map((m) => [m.text, m.name, m.isFirsthand]);
  assertEquals(shown(), [["false", "ANN", false]]);
  // She is asked for her own words though Cy has some for them.
  room.connect(cy, author);
  clock.runNow(10_000);
  assertEquals(shown(), [["true", "ANN", true]]);
  tell();
  clock.runNow(1_000);
  assertEquals(shown(), [["true", "ANN", true]]);
});

Deno.test("History in a page's own name is taken only for what its earlier pages may have said", () => {
  const mine = { memberId: "cy", name: "Cy" };
  const later = 1_900_000_000_000;
  assertEquals(texts(lie([mine]).cy), []);
  assertEquals(texts(lie([mine], { returning: true }).cy), ["lie 0"]);
  assertEquals(
    texts(lie([{ ...mine, sentAt: later }], { returning: true }).cy),
    [],
  );
});

Deno.test("History stands lies and garbage, and takes no more than was asked for", () => {
  const { cy, room, clock } = lie([
    { text: "" },
    { text: "x".repeat(5_000) },
    { memberId: "__proto__" },
    { memberId: "not an id" },
    { name: "" },
    { name: "An\u202en" },
    { sentAt: 1e300 },
    { order: -1 },
    { own: "yes" },
    { id: null },
  ]);
  assertEquals(texts(cy), ["lie 2", "lie 5"]);
  const names = cy.chat.messages.map(({ name }) => name);
  assertEquals(names, ["Ann", "ANN"]); // Who is here has the name that the server gave.
  const flood = Array.from({ length: 500 }, (_, i) => ({
    id: `f${i}`,
    memberId: "ann",
    name: "Ann",
    text: "flood",
    sentAt: 1,
    order: 1,
    own: false,
  }));
  for (const more of [true, false]) {
    room.forge(cy, "mal", { type: "history", messages: flood, more });
  }
  assert(cy.chat.messages.length <= 200, `${cy.chat.messages.length}`);
  for (
    const signal of [
      { type: "ask-history" },
      { type: "ask-history", have: "x" },
      { type: "ask-history", have: [1] },
      { type: "ask-history", have: Array(201).fill("a b") },
      { type: "history", messages: [null, 1, "x", []], more: false },
      { type: "history", messages: null, more: false },
    ]
  ) room.forge(cy, "mal", signal);
  room.close();
  clock.runNow(10_000);
  assertEquals(clock.waiting, 0);
});

Deno.test("History is asked for again when the channel broke before the answer", () => {
  const { room, clock, bob } = talk(["bob", "1"]);
  room.leave("ann");
  const cy = room.join("cy");
  room.connect(cy, bob);
  room.cut(cy, bob);
  clock.runNow(10_000);
  assertEquals(texts(cy), []);
  room.connect(cy, bob);
  clock.runNow(1_000);
  assertEquals(texts(cy), ["1"]);
});

Deno.test("History: the last words of somebody who leaves reach all whom one of them reached (50 seeds)", () => {
  for (let seed = 1; seed <= 50; seed++) {
    const room = new ChatRoom(seed);
    const { clock } = room;
    room.delay = 200;
    const [ann, bob, cy] = ["ann", "bob", "cy"].map((id) => room.join(id));
    room.connect(ann, bob);
    room.connect(bob, cy);
    clock.runNow(2_000);
    say(ann, "bye");
    room.leave("ann", 500);
    clock.runNow(2_000);
    assertEquals(texts(cy), texts(bob), `seed ${seed}`);
  }
});

Deno.test("History is asked back for once, and not back and forth", () => {
  for (const back of [false, true]) {
    const { room, clock, ann, bob } = talk();
    clock.runNow(1_000);
    room.frames.length = 0;
    room.forge(ann, bob.memberId, {
      type: "ask-history",
      have: ["x y"],
      back,
    });
    clock.runNow(60_000);
    const asked = room.signals.filter(({ type }) => type === "ask-history");
    assertEquals(asked.map((ask) => ask.back), back ? [] : [true]);
  }
});

/**
 * People come, go, reload and write, while frames are late and doubled, channels break, and the server comes and goes. In the end everyone who is there shows the same
 * messages in the same order, each once: all that anyone there has heard or said in public. What was said to one is at two pages at most.
 */
function schedule(seed: number): void {
  const room = new ChatRoom(seed);
  const { clock, random } = room;
  const pick = <Item>(items: readonly Item[]) =>
    items[between(random, 0, items.length - 1)];
  room.delay = random() * 300;
  room.doubled = random() * 0.3;
  let said = 0;
  let members = 0;
  const newcomer = () => room.join(`m${++members}`, random() * 500);
  const originals = new Map<string, string>();
  newcomer();
  for (let step = 0; step < 60; step++) {
    const pages = [...room.pages.values()];
    const [one, other] = [pick(pages), pick(pages)];
    const dice = random();
    if (dice < 0.35) {
      say(one, `${++said}`);
      originals.set(`${said}`, one.memberId);
    } else if (dice < 0.45) {
      if (one.pairs.has(other.memberId)) {
        say(
          one,
          `to ${other.memberId} from ${one.memberId}: ${++said}`,
          other.memberId,
        );
      }
    } else if (dice < 0.65) {
      if (one !== other) room.connect(one, other);
    } else if (dice < 0.75) {
      if (one !== other) room.cut(one, other, random() * 2_000);
    } else if (dice < 0.85) {
      if (pages.length < 6) newcomer();
    } else if (dice < 0.92) room.join(one.memberId, random() * 500);
    else if (pages.length > 2) room.leave(one.memberId, random() * 500);
    if (random() < 0.1) {
      room.setServer(random() < 0.6, {
        lost: random() * 0.3,
        doubled: random() * 0.3,
        delay: random() * 500,
      });
    }
    clock.runNow(random() * (random() < 0.1 ? 8_000 : 300));
  }
  clock.runNow(3_000); // All news is out, and every break is seen.
  const before = [...room.pages.values()];
  const heard = new Set(
    before.flatMap((page) =>
      page.chat.messages.flatMap((m) => m.to === null ? [m.text] : [])
    ),
  );
  // In the end there are the channels alone, or only the server.
  const byServer = seed % 2 === 0;
  room.setServer(byServer);
  const meet = () => {
    if (!byServer) room.connectAll();
    clock.runNow(60_000);
  };
  meet();
  const late = room.join("late");
  meet();
  const where = `seed ${seed}`;
  const [first, ...others] = [...room.pages.values()];
  const shown = (page: ChatPage) =>
    page.chat.messages.filter(({ to }) => to === null).map(
      ({ text, memberId }) => [text, memberId],
    );
  const all = shown(first);
  assertEquals(new Set(all.map(([text]) => text)), heard, where);
  assertEquals(all.length, heard.size, `${where}: doubled`);
  for (const [text, memberId] of all) {
    assertEquals(memberId, originals.get(text), where);
  }
  for (const page of others) assertEquals(shown(page), all, where);
  for (const page of [first, ...others]) {
    const privately = page.chat.messages.filter(({ to }) => to !== null);
    assertEquals(
      new Set(privately.map(({ text }) => text)).size,
      privately.length,
      where,
    );
    for (const { text } of privately) {
      const [, to, , from] = text.replace(":", "").split(" ");
      assert([to, from].includes(page.memberId), where);
    }
    for (const { isLocal, delivery } of page.chat.messages) {
      if (isLocal && delivery) assertEquals(delivery.got, delivery.of, where);
    }
  }
  assertEquals(late.chat.messages.some(({ to }) => to !== null), false);
  room.close();
  clock.runNow(20_000);
  assertEquals(clock.waiting, 0, `${where}: timers are left`);
}

Deno.test("Chat shows everyone the same, once, after any schedule of joins, leaves, reloads and breaks (300 seeds)", () => {
  for (let seed = 1; seed <= 300; seed++) schedule(seed);
});

import { assert, assertEquals, assertThrows } from "@std/assert";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import { type ChatPage, ChatRoom } from "../../fakes/chat_room.ts";
import { between } from "../../fakes/random.ts";

/** Pages of those members, each connected with each. */
function room(...memberIds: string[]) {
  const room = new ChatRoom();
  const pages = memberIds.map((memberId) => room.join(memberId));
  return { room, pages, clock: room.clock };
}

function connected(...memberIds: string[]) {
  const rig = room(...memberIds);
  rig.room.connectAll();
  rig.clock.runNow(1_000);
  return rig;
}

const say = (page: ChatPage, text: string, to?: string) =>
  page.chat.send(text, page.memberId.toUpperCase(), to);
const texts = (page: ChatPage) => page.chat.messages.map(({ text }) => text);
const marks = (page: ChatPage) =>
  page.chat.messages.map(({ delivery }) =>
    delivery && `${delivery.got} of ${delivery.of}`
  );

Deno.test("Chat keeps what is said until the channel opens", () => {
  const { room: { clock }, room: chatRoom, pages: [ann, bob] } = room(
    "ann",
    "bob",
  );
  say(ann, "one");
  say(ann, "two");
  clock.runNow(60_000);
  assertEquals(marks(ann), ["0 of 1", "0 of 1"]);
  chatRoom.connect(ann, bob);
  clock.runNow(1_000);
  assertEquals(texts(bob), ["one", "two"]);
  assertEquals(marks(ann), ["1 of 1", "1 of 1"]);
  assertEquals(bob.chat.messages[0].delivery, null);
});

Deno.test("Chat loses and doubles nothing when its channels break at any moment (200 seeds)", () => {
  for (let seed = 1; seed <= 200; seed++) {
    const chatRoom = new ChatRoom(seed);
    const { clock, random } = chatRoom;
    const [ann, bob] = ["ann", "bob"].map((id) => chatRoom.join(id));
    const said: string[] = [];
    for (let round = 0; round < 6; round++) {
      clock.runNow(random() * 50);
      chatRoom.connect(ann, bob);
      for (let i = between(random, 0, 30); i > 0; i--) {
        said.push(`${said.length + 1}`);
        say(ann, said[said.length - 1]);
        if (random() < 0.2) clock.runNow(random() * 40);
      }
      clock.runNow(random() * 40);
      chatRoom.cut(ann, bob, random() * 100);
    }
    chatRoom.connect(ann, bob);
    clock.runNow(10_000);
    assertEquals(texts(bob), said, `seed ${seed}`);
    assertEquals(new Set(marks(ann)), new Set(["1 of 1"]));
  }
});

Deno.test("Chat, while its channel is closed, keeps and does not try", () => {
  const { room, pages: [ann, bob], clock } = connected("ann", "bob");
  say(ann, "hello");
  room.cut(ann, bob);
  clock.runNow(100);
  assertEquals(clock.waiting, 0);
  assertEquals(marks(ann), ["0 of 1"]);
});

Deno.test("Chat gives a member's next page what its last page had not, and no double to who stayed", () => {
  const { room, pages: [ann, bob], clock } = connected("ann", "bob", "cy");
  const cy = room.pages.get("cy")!;
  say(ann, "got");
  clock.runNow(22); // It is there; the acknowledgement is not.
  room.cut(ann, bob);
  room.cut(ann, cy);
  say(ann, "missed");
  const again = room.join("bob");
  room.connectAll();
  clock.runNow(1_000);
  assertEquals(texts(again), ["got", "missed"]);
  assertEquals(texts(cy), ["got", "missed"]);
  assertEquals(marks(ann), ["2 of 2", "2 of 2"]);
});

Deno.test("Chat says nothing twice when its page goes on as another member", () => {
  const { room, pages: [ann, bob], clock } = connected("ann", "bob");
  say(ann, "got");
  say(ann, "got privately", "bob");
  clock.runNow(22); // They are there; the acknowledgement is not.
  room.cut(ann, bob);
  say(ann, "missed");
  say(ann, "missed privately", "bob");
  room.reseat(ann, "ann2");
  room.connectAll();
  clock.runNow(1_000);
  const all = ["got", "got privately", "missed", "missed privately"];
  assertEquals(texts(bob), all);
  assertEquals(texts(ann), all);
  // What was told as history is marked when the other says what it has: as soon as somebody's page is gone.
  room.join("cy");
  room.leave("cy");
  clock.runNow(1_000);
  assertEquals(new Set(marks(ann)), new Set(["1 of 1"]));
});

Deno.test("Chat counts who has a message, and waits for nobody who has left", () => {
  const { room, pages: [ann, , cy], clock } = connected("ann", "bob", "cy");
  room.cut(ann, cy);
  say(ann, "hello");
  assertEquals(marks(ann), ["0 of 2"]);
  clock.runNow(100);
  assertEquals(marks(ann), ["1 of 2"]);
  room.leave("cy");
  assertEquals(marks(ann), ["1 of 1"]);
  room.leave("bob");
  assertEquals(marks(ann), ["1 of 1"]);
  say(ann, "nobody is here");
  assertEquals(marks(ann), ["1 of 1", "0 of 0"]);
});

Deno.test("Chat to one member reaches that one only, and no history", () => {
  const { room, pages: [ann, bob, cy], clock } = connected("ann", "bob", "cy");
  say(ann, "only for Bob", "bob");
  clock.runNow(100);
  const [sent] = ann.chat.messages;
  const [got] = bob.chat.messages;
  assertEquals([sent.to, sent.toName, sent.isLocal], ["bob", "BOB", true]);
  assertEquals(marks(ann), ["1 of 1"]);
  assertEquals([got.to, got.toName, got.text], ["bob", null, "only for Bob"]);
  const dan = room.join("dan");
  const again = room.join("bob");
  room.connectAll();
  clock.runNow(20_000);
  for (const page of [cy, dan, again]) assertEquals(texts(page), []);
  const told = room.frames.filter((frame) => frame.includes("only for Bob"));
  assertEquals(told.length, 1);
});

Deno.test("Chat refuses a recipient who is not there, and text of no use, and keeps nothing of it", () => {
  const { room, pages: [ann] } = connected("ann", "bob");
  room.leave("bob");
  const refused = [
    ["no-such-member", "hi", "bob"],
    ["no-such-member", "hi", "nobody"],
    ["no-such-member", "hi", "ann"],
    ["invalid-message", " \n", undefined],
    ["invalid-message", "x".repeat(4_001), undefined],
  ] as const;
  for (const [code, text, to] of refused) {
    const error = assertThrows(() => say(ann, text, to), ProtocolError);
    assertEquals(error.code, code);
  }
  ann.chat.close();
  const error = assertThrows(() => say(ann, "hi"), ProtocolError);
  assertEquals(error.code, "not-allowed");
  assertEquals(texts(ann), []);
});

Deno.test("Chat shows an answer below what it answers, though a clock is an hour behind", () => {
  const { room, pages: [ann, bob], clock } = connected("ann", "bob");
  say(ann, "question");
  clock.runNow(100);
  clock.setCalendar(clock.now() - 3_600_000);
  say(bob, "answer");
  clock.runNow(100);
  const cy = room.join("cy");
  room.connectAll();
  clock.runNow(1_000);
  for (const page of [ann, bob, cy]) {
    assertEquals(texts(page), ["question", "answer"]);
  }
  assert(ann.chat.messages[1].sentAt < ann.chat.messages[0].sentAt);
});

Deno.test("Chat stands any garbage", () => {
  const { room, pages: [, bob], clock } = connected("ann", "bob");
  const chat = (message: unknown) => ({ type: "chat", message });
  const fine = { id: "x", text: "fine", sentAt: 1, order: 1 };
  const garbage: unknown[] = [
    "",
    "{",
    null,
    [],
    7,
    {},
    { connection: 1, candidates: [] },
    { type: "file", message: fine },
    { type: "chat" },
    { type: "chat", ...fine },
    chat(null),
    chat({ ...fine, text: 7 }),
    chat({ ...fine, text: "x".repeat(4_001) }),
    chat({ ...fine, text: " " }),
    chat({ ...fine, sentAt: 1e300 }),
    chat({ ...fine, order: Number.MAX_SAFE_INTEGER }),
    chat({ ...fine, id: "a b" }),
  ];
  for (const data of garbage) room.forge(bob, "ann", data);
  room.forge(bob, "nobody", chat(fine));
  assertEquals(texts(bob), []);
  room.forge(bob, "ann", chat(fine));
  assertEquals(texts(bob), ["fine"]);
  room.close();
  clock.runNow(1_000);
  assertEquals(clock.waiting, 0);
});

Deno.test("Chat takes nothing, whoever says it, while the room has none, and asks for it when it has one again", () => {
  const { room: chatRoom, clock, pages: [ann, bob] } = connected("ann", "bob");
  bob.chat.allow(false);
  say(ann, "to all");
  say(ann, "to one", "bob");
  const cid = chatRoom.join("cid");
  cid.chat.allow(false);
  chatRoom.connectAll();
  clock.runNow(10_000);
  assertEquals([texts(bob), texts(cid)], [[], []]);
  for (const page of [bob, cid]) page.chat.allow(true);
  clock.runNow(10_000);
  assertEquals([texts(bob), texts(cid)], [["to all"], ["to all"]]);
});

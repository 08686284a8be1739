import { assert, assertEquals } from "@std/assert";
import { Chat } from "@/lib/client/chat.ts";
import type { ChatPair } from "@/lib/client/chat_pair.ts";
import { VirtualClock } from "../fakes/clock.ts";
import { between, seededRandom } from "../fakes/random.ts";

/** A data channel whose far end is another; what is under way when it breaks is lost. */
class Channel {
  readyState = "connecting";
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  far!: Channel;

  constructor(readonly clock: VirtualClock) {}

  send(data: string): void {
    this.clock.after(20, () => {
      const { far } = this;
      if (far.readyState === "open") far.onmessage?.({ data });
    });
  }

  set(state: string): void {
    this.readyState = state;
    if (state === "open") this.onopen?.();
    else this.onclose?.();
  }
}

function channels(clock: VirtualClock, one: ChatPair, other: ChatPair) {
  const ends = [new Channel(clock), new Channel(clock)];
  [ends[0].far, ends[1].far] = [ends[1], ends[0]];
  one.attach(ends[0] as unknown as RTCDataChannel);
  other.attach(ends[1] as unknown as RTCDataChannel);
  return ends;
}

function rig() {
  const clock = new VirtualClock();
  let changes = 0;
  const [ann, bob] = [0, 1].map(() => new Chat(clock, () => changes++));
  const [toBob, toAnn] = [ann.begin("bob", "Bob"), bob.begin("ann", "Ann")];
  const texts = (chat: Chat) => chat.messages.map(({ text }) => text);
  return { clock, ann, bob, toBob, toAnn, texts, changes: () => changes };
}

Deno.test("Chat keeps what is said until the channel opens", () => {
  const { clock, ann, bob, toBob, toAnn, texts } = rig();
  ann.send("one", "ann", "Ann");
  ann.send("two", "ann", "Ann");
  clock.runNow(60_000);
  assertEquals(ann.messages.map(({ delivery }) => delivery), ["sent", "sent"]);
  const ends = channels(clock, toBob, toAnn);
  ends.forEach((end) => end.set("open"));
  clock.runNow(1_000);
  assertEquals(texts(bob), ["one", "two"]);
  assert(ann.messages.every(({ delivery }) => delivery === "delivered"));
});

Deno.test("Chat loses and doubles nothing when its channels break at any moment (200 seeds)", () => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = seededRandom(seed);
    const { clock, ann, bob, toBob, toAnn, texts } = rig();
    const said: string[] = [];
    for (let round = 0; round < 6; round++) {
      const ends = channels(clock, toBob, toAnn);
      clock.runNow(random() * 50);
      ends.forEach((end) => end.set("open"));
      for (let i = between(random, 0, 30); i > 0; i--) {
        said.push(`${said.length + 1}`);
        ann.send(said[said.length - 1], "ann", "Ann");
        if (random() < 0.2) clock.runNow(random() * 40);
      }
      clock.runNow(random() * 40);
      ends.forEach((end) => end.set("closed"));
    }
    channels(clock, toBob, toAnn).forEach((end) => end.set("open"));
    clock.runNow(10_000);
    assertEquals(texts(bob), said, `seed ${seed}`);
    assert(ann.messages.every((m) => m.delivery === "delivered"));
  }
});

Deno.test("Chat, while its channel is closed, keeps and does not try", () => {
  const { clock, ann, toBob, toAnn } = rig();
  const ends = channels(clock, toBob, toAnn);
  ends.forEach((end) => end.set("open"));
  ann.send("hello", "ann", "Ann");
  ends.forEach((end) => end.set("closed"));
  clock.runNow(100);
  assertEquals(clock.waiting, 0);
  assertEquals(ann.messages[0].delivery, "sent");
});

Deno.test("Chat gives a member's next page what its last page had not, and no double to who stayed", () => {
  const { clock, ann, bob, toBob, toAnn, texts } = rig();
  const ends = channels(clock, toBob, toAnn);
  ends.forEach((end) => end.set("open"));
  ann.send("got", "ann", "Ann");
  clock.runNow(21); // It is there; the acknowledgement is not.
  ends.forEach((end) => end.set("closed"));
  ann.send("missed", "ann", "Ann");
  // The pair begins anew on both sides, while both pages live on.
  const again = [ann.begin("bob", "Bob"), bob.begin("ann", "Ann")] as const;
  channels(clock, ...again).forEach((end) => end.set("open"));
  clock.runNow(1_000);
  assertEquals(texts(bob), ["got", "missed"]);
  assertEquals(ann.messages.map(({ delivery }) => delivery), [
    "delivered",
    "delivered",
  ]);
});

Deno.test("Chat waits for nobody who has left", () => {
  const { ann } = rig();
  ann.begin("cy", "Cy");
  ann.send("hello", "ann", "Ann");
  ann.end("bob");
  assertEquals(ann.messages[0].delivery, "sent");
  ann.end("cy");
  assertEquals(ann.messages[0].delivery, "delivered");
});

Deno.test("Chat stands any garbage on its channel", () => {
  const { clock, ann, bob, toBob, toAnn, texts } = rig();
  const ends = channels(clock, toBob, toAnn);
  ends.forEach((end) => end.set("open"));
  const garbage: unknown[] = [
    "",
    "{",
    "null",
    "[]",
    new ArrayBuffer(8),
    `{"type":"ack","id":99}`,
    `{"type":"ack","id":-1}`,
    `{"type":"ack"}`,
    `{"type":"chat","id":0,"data":{"text":"x","sentAt":1}}`,
    `{"type":"chat","id":1.5,"data":{"text":"x","sentAt":1}}`,
    `{"type":"chat","id":1,"data":null}`,
    `{"type":"chat","id":2}`,
    `{"type":"chat","id":2,"data":{"text":7,"sentAt":1}}`,
    `{"type":"chat","id":3,"data":{"text":"${"x".repeat(4_001)}","sentAt":1}}`,
    `{"type":"file","id":4}`,
  ];
  for (const data of garbage) ends[1].onmessage?.({ data });
  // The numbers 1 to 3 are used up; the far end's own count begins behind them.
  assertEquals(texts(bob), []);
  ends[1].onmessage?.({
    data: `{"type":"chat","id":4,"data":{"text":"fine","sentAt":1}}`,
  });
  assertEquals(texts(bob), ["fine"]);
  ann.close();
  bob.close();
  clock.runNow(1_000);
  assertEquals(clock.waiting, 0);
});

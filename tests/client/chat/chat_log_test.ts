import { assertEquals } from "@std/assert";
import { ChatLog, keyOf } from "@/lib/client/chat/chat_log.ts";
import { between, seededRandom } from "../../fakes/random.ts";

function put(log: ChatLog, id: string, order: number): boolean {
  const text = { id, text: id, sentAt: order, order, private: false };
  return log.put({
    id: keyOf("ann", text),
    memberId: "ann",
    to: null,
    toName: null,
    name: "Ann",
    text: id,
    sentAt: order,
    isLocal: false,
    history: false,
    isFirsthand: true,
    delivery: null,
  }, text);
}

const ids = (log: ChatLog) => log.messages.map(({ text }) => text);

Deno.test("ChatLog has one order for the same messages, however they come", () => {
  const orders = new Set<string>();
  for (let seed = 1; seed <= 50; seed++) {
    const random = seededRandom(seed);
    const log = new ChatLog();
    const rest = ["a", "b", "c", "d", "e", "f"];
    while (rest.length > 0) {
      const [id] = rest.splice(between(random, 0, rest.length - 1), 1);
      put(log, id, "abc".includes(id) ? 1 : 2);
      assertEquals(put(log, id, 1), false);
    }
    orders.add(ids(log).join(""));
  }
  assertEquals([...orders], ["abcdef"]);
});

Deno.test("ChatLog forgets the oldest beyond 1,000", () => {
  const log = new ChatLog();
  for (let i = 1; i <= 1_010; i++) put(log, `${i}`, i);
  assertEquals(log.messages.length, 1_000);
  assertEquals(ids(log)[0], "11");
  put(log, "told late", 1);
  assertEquals(ids(log)[0], "11");
});

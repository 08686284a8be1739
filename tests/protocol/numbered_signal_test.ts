import { assert, assertEquals } from "@std/assert";
import {
  type NumberedSignal,
  readNumberedSignal,
} from "@/lib/protocol/numbered_signal.ts";
import { parseClientMessage } from "@/lib/protocol/parse.ts";
import { seededRandom } from "../fakes/random.ts";
import { frame } from "../fuzz/frames.ts";
import { garbage } from "./garbage.ts";

const HEAD = '{"type":"signal","to":"m","toIncarnation":1,"id":1,"data":';

/** Reads a frame, and makes sure that `parseClientMessage` would have made the same of it, if it was taken at all. */
function read(text: string): NumberedSignal | undefined {
  const signal = readNumberedSignal(text);
  if (signal === undefined) return;
  const { json, ...message } = signal;
  assertEquals<unknown>(message, parseClientMessage(text), text);
  assertEquals(JSON.parse(json), message.data, text);
  return signal;
}

Deno.test("readNumberedSignal: takes what our client sends, and keeps its data as it was written", () => {
  for (
    const json of [
      "null",
      "-0",
      "1e999",
      '""',
      '"}"',
      String.raw`"\ud800 \" \\"`,
      '"𝕏é\u2028"',
      ' { "a" : [ ] } ',
      '{"a":1,"a":2}',
      '{"type":"leave","data":1}',
      '{"__proto__":{"polluted":1},"constructor":null}',
      `${"[".repeat(500)}${"]".repeat(500)}`,
      `"${"x".repeat(32_766)}"`,
      `"${"é".repeat(16_383)}"`,
    ]
  ) assertEquals(read(`${HEAD}${json}}`)?.json, json);
  const to = "x_-".padEnd(64, "Z9");
  const message = {
    type: "signal",
    to,
    toIncarnation: 2,
    id: 999_999_999_999_999,
    base: 34,
    data: {},
  };
  const { json, ...rest } = read(JSON.stringify(message))!;
  assertEquals<unknown>(rest, message);
  assertEquals(json, "{}");
});

Deno.test("readNumberedSignal: leaves alone what is wrong, or another message, or written in another way", () => {
  for (
    const json of [
      "",
      " ",
      "undefined",
      "NaN",
      "'a'",
      "[1,]",
      '"a',
      "{",
      "{}}",
      "1,2",
      "1 2",
      '1}{"a":1',
      '1,"x":1',
      '1,"id":2',
      '1,"data":2',
      '1,"base":1',
      '"\n"',
      "\ufeff1",
      "// 1",
      `"${"x".repeat(32_767)}"`,
      `"${"é".repeat(16_384)}"`,
    ]
  ) assertEquals(read(`${HEAD}${json}}`), undefined, json.slice(0, 20));
  const good = `${HEAD}1}`;
  assert(read(good));
  for (
    const [part, other] of [
      ['"type":"signal"', '"type":"ack"'],
      ['"type":"signal",', ""],
      ['"type":"signal","to":"m"', '"to":"m","type":"signal"'],
      ['"id":1,"data":1', '"data":1,"id":1'],
      ['"id":1', '"base":1,"id":1'],
      ['"id":1', '"id":1,"id":1'],
      ['"id":1', '"id":1,"x":1'],
      ['"id":1,', ""],
      ['"to":"m",', ""],
      ['"toIncarnation":1,', ""],
      ['"to":', String.raw`"t\u006f":`],
      ['"m"', '""'],
      ['"m"', '"a/b"'],
      ['"m"', '"é"'],
      ['"m"', '"m\n"'],
      ['"m"', String.raw`"\u006d"`],
      ['"m"', `"${"m".repeat(65)}"`],
      ["{", "{ "],
      ["{", " {"],
      [":1}", ":1} "],
      [":1}", ":1}}"],
      [":1}", ":1}x"],
      [":1}", ":1"],
      [":1}", ":1]"],
      [":1}", ":12"],
      ...["0", "01", "-1", "1.0", "1e3", '"1"', "null", "9007199254740992"].map(
        (count) => ['"id":1', `"id":${count}`],
      ),
    ]
  ) {
    const changed = good.replace(part, other);
    assert(changed !== good);
    assertEquals(read(changed), undefined, changed);
  }
});

Deno.test("readNumberedSignal: agrees with parseClientMessage on whatever comes, or declines", () => {
  const random = seededRandom(1);
  const below = (end: number) => Math.floor(random() * end);
  const characters = '{}[]",:\\ \n-+.eEu0123456789tonull';
  const taken = { sound: 0, damaged: 0, fuzz: 0 };
  for (const data of garbage(4_000, ["type", "to", "id", "base", "data"])) {
    const base = random() < 0.3 ? 1 + below(9) : undefined;
    const head = { type: "signal", to: "m", toIncarnation: 1 + below(20) };
    const sound = JSON.stringify({ ...head, id: 1 + below(999), base, data });
    if (read(sound)) taken.sound++;
    let damaged = sound;
    for (let edits = 1 + below(3); edits > 0; edits--) {
      const at = below(damaged.length + 1);
      const put = random() < 0.2
        ? damaged.slice(below(at), at)
        : characters[below(characters.length)];
      const rest = damaged.slice(at + below(2));
      damaged = damaged.slice(0, at) + put + rest;
    }
    if (read(damaged)) taken.damaged++;
  }
  const context = { random, memberIds: ["a", "b"], mark: "§r§a§" };
  for (let n = 0; n < 10_000; n++) {
    const text = frame(context);
    if (typeof text === "string" && read(text)) taken.fuzz++;
  }
  for (const [kind, count] of Object.entries(taken)) {
    assert(count > 100, `${kind}: ${count}`);
  }
});

/** Frames that a client could send: messages, nearly messages, and garbage. All chance comes from the caller. */
import { NONSENSE } from "../protocol/garbage.ts";

const TYPES = [
  ..."signal signal signal ack track-state presence cloudflare-session".split(
    " ",
  ),
  ..."ping mute lock".split(" "),
  ..."knock admit floor whisper welcome bye token".split(" "),
  "constructor",
  "__proto__",
  "toString",
];

/** What ends a seat or a room: seldom enough that there is mostly somebody to talk to. */
const ENDINGS = ["leave", "remove", "end"];

const VALUES: readonly unknown[] = [
  ...NONSENSE,
  2,
  "a\u0000b",
  { toJSON: 1 },
  "video",
  "screen",
  { a: { b: { c: [1, 2, 3] } } },
];

const FIELDS =
  "to toIncarnation id base data from incarnation kind enabled handRaised callSign status sessionId tracks memberId locked __proto__ constructor"
    .split(" ");

/** Who could be meant, and by what a frame is known wherever it turns up. */
export interface FrameContext {
  random: () => number;
  memberIds: readonly string[];
  mark: string;
}

/** Anything that a socket may hand on as a message's data. */
export function frame(context: FrameContext): unknown {
  const { random } = context;
  const chance = random();
  if (chance < 0.01) return new Uint8Array(random() * 100).buffer;
  if (chance < 0.1) return randomText(random);
  if (chance < 0.55) return JSON.stringify(message(context));
  const text = JSON.stringify(
    chance < 0.95 ? jumble(context) : large(context),
  );
  return random() < 0.3 ? damaged(text, random) : text;
}

function pick<T>(random: () => number, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)];
}

function randomText(random: () => number): string {
  return Array.from(
    { length: random() * 60 },
    () => String.fromCharCode(random() * 0x3000),
  ).join("");
}

/** A message in good form. */
function message({ random, memberIds, mark }: FrameContext): object {
  const memberId = pick(random, memberIds);
  const toIncarnation = 1 + Math.floor(random() * 3);
  const id = 1 + Math.floor(random() * 1_000);
  const kind = pick(random, ["audio", "video", "screen"]);
  const type = random() < 0.002 ? pick(random, ENDINGS) : pick(random, TYPES);
  switch (type) {
    case "signal":
      return pick(random, [
        { type, data: mark },
        { type, to: memberId, data: { mark } },
        { type, to: memberId, toIncarnation, id, data: [mark] },
        { type, to: memberId, toIncarnation, id, base: id, data: mark },
      ]);
    case "ack":
      return { type, to: memberId, toIncarnation, id };
    case "track-state":
      return { type, kind, enabled: random() < 0.5 };
    case "presence":
      return { type, handRaised: random() < 0.5, status: mark };
    case "cloudflare-session":
      return { type, sessionId: "s", tracks: [{ trackName: "t", kind }] };
    case "mute":
      return { type, memberId, kind };
    case "remove":
      return { type, memberId };
    case "lock":
      return { type, locked: random() < 0.3 };
    default:
      return { type };
  }
}

/** An object with some of the fields that messages have, and any values. */
function jumble({ random, memberIds, mark }: FrameContext): object {
  const type = random() < 0.95 ? pick(random, TYPES) : pick(random, VALUES);
  const made: Record<string, unknown> = { type };
  for (let n = random() * 6; n > 0; n--) {
    const field = pick(random, FIELDS);
    const isId = field === "to" || field === "memberId";
    Object.defineProperty(made, field, {
      value: isId && random() < 0.7
        ? pick(random, memberIds)
        : field === "data" && random() < 0.5
        ? mark
        : pick(random, VALUES),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return made;
}

/** At the borders of what a signal and a frame may hold, or very deep. */
function large({ random, memberIds }: FrameContext): object {
  const to = pick(random, memberIds);
  const length = pick(random, [32_766, 32_767, 65_400, 70_000]);
  const deep = JSON.parse("[".repeat(2_000) + "]".repeat(2_000));
  const data = random() < 0.5 ? "x".repeat(length) : deep;
  return { type: "signal", to, data };
}

/** A text with some characters changed, cut off, or said twice. */
function damaged(text: string, random: () => number): string {
  const at = Math.floor(random() * text.length);
  const chance = random();
  if (chance < 0.3) return text.slice(0, at);
  if (chance < 0.5) return text.slice(0, at) + text;
  const character = String.fromCharCode(random() * 0x100);
  return text.slice(0, at) + character + text.slice(at + 1);
}

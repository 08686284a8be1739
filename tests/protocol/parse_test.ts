import { assert, assertEquals, assertThrows } from "@std/assert";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import { CLIENT_MESSAGES, SERVER_MESSAGES } from "@/lib/protocol/messages.ts";
import {
  check,
  parseClientMessage,
  parseObject,
  parseServerMessage,
} from "@/lib/protocol/parse.ts";
import { ChangeRoom, CreateRoom, JoinRoom } from "@/lib/protocol/room.ts";
import { garbage } from "./garbage.ts";

/** The code of the failure that a frame meets, or undefined. */
function refusal(
  parse: (text: string) => unknown,
  frame: unknown,
): string | undefined {
  try {
    parse(typeof frame === "string" ? frame : JSON.stringify(frame));
  } catch (error) {
    assert(error instanceof ProtocolError, `${error}`);
    return error.code;
  }
}

const room = {
  roomId: "r",
  type: "voip",
  name: "",
  maxParticipants: 2,
  media: { audio: true, video: true, screen: true, chat: true },
  e2ee: false,
  listed: false,
  locked: false,
  pinRequired: false,
  topology: "mesh",
  createdAt: 1,
};
const peer = {
  memberId: "m",
  name: "Ann",
  role: "speaker",
  incarnation: 1,
  state: "here",
  tracks: {},
  presence: {},
};

const CLIENT = [
  { type: "signal", data: null },
  { type: "signal", to: "m", data: { any: ["thing"] } },
  { type: "signal", to: "m", toIncarnation: 1, id: 1, base: 1, data: 0 },
  { type: "ack", to: "m", toIncarnation: 1, id: 1 },
  { type: "track-state", kind: "screen", enabled: false },
  { type: "presence", handRaised: true, callSign: "DL1ABC", status: "on air" },
  { type: "presence" },
  {
    type: "cloudflare-session",
    sessionId: "s",
    tracks: [{ trackName: "t", kind: "video" }],
  },
  { type: "leave" },
  { type: "ping" },
  { type: "mute", memberId: "m", kind: "audio" },
  { type: "remove", memberId: "m" },
  { type: "lock", locked: true },
  { type: "end" },
];

const SERVER = [
  {
    type: "welcome",
    you: { memberId: "m", incarnation: 1, role: "host", name: "Ann" },
    room,
    peers: [peer],
    resumed: false,
    expiresAt: 1,
  },
  {
    type: "join",
    from: "m",
    data: { participant_id: "m", participant_name: "Ann" },
    peer,
  },
  { type: "leave", from: "m", data: { participant_id: "m" }, reason: "left" },
  { type: "away", from: "m" },
  { type: "back", from: "m", incarnation: 2, peer },
  { type: "signal", from: "m", incarnation: 1, data: "x" },
  { type: "ack", from: "m", incarnation: 1, id: 9 },
  { type: "gap" },
  { type: "track-state", from: "m", kind: "audio", enabled: true },
  { type: "presence", from: "m", status: "x" },
  { type: "cloudflare-session", from: "m", sessionId: "s", tracks: [] },
  { type: "mute", from: "m", kind: "video" },
  { type: "room", room },
  { type: "token", token: "a.b.c", expiresAt: 1 },
  { type: "moving" },
  { type: "pong" },
  {
    type: "error",
    code: "no-such-member",
    message: "…",
    re: { type: "signal", to: "m", id: 1 },
  },
  { type: "bye", reason: "left", retry: null },
];

Deno.test("parseClientMessage, parseServerMessage: every message comes through as it is", () => {
  for (const message of CLIENT) {
    assertEquals<unknown>(parseClientMessage(JSON.stringify(message)), message);
  }
  for (const message of SERVER) {
    assertEquals<unknown>(parseServerMessage(JSON.stringify(message)), message);
  }
  assertEquals(
    new Set(CLIENT.map(({ type }) => type)),
    new Set(Object.keys(CLIENT_MESSAGES)),
  );
  assertEquals(
    new Set(SERVER.map(({ type }) => type)),
    new Set(Object.keys(SERVER_MESSAGES)),
  );
});

Deno.test("parseClientMessage: what is no message is refused by name", () => {
  for (
    const frame of ["", "x", "{", "null", "1", '"ping"', "[]", "[1]", "\u0000"]
  ) assertEquals(refusal(parseClientMessage, frame), "bad-json", frame);
  for (const frame of [{}, { type: 1 }, { type: null }, { type: ["ping"] }]) {
    assertEquals(refusal(parseClientMessage, frame), "invalid-message");
  }
  for (
    const type of [
      "",
      "welcome",
      "knock",
      "constructor",
      "__proto__",
      "toString",
      "hasOwnProperty",
    ]
  ) {
    assertEquals(refusal(parseClientMessage, { type }), "unknown-type", type);
  }
});

Deno.test("parseClientMessage: a field that is missing or out of range is named", () => {
  const wrong: [object, string][] = [
    [{ type: "signal" }, "data"],
    [{ type: "signal", to: "", data: 1 }, "to"],
    [{ type: "signal", to: "a/b", data: 1 }, "to"],
    [{ type: "signal", to: "x".repeat(65), data: 1 }, "to"],
    [
      { type: "signal", to: "m", toIncarnation: 0, id: 1, data: 1 },
      "toIncarnation",
    ],
    [{ type: "ack", to: "m", toIncarnation: 1, id: 1.5 }, "id"],
    [{ type: "ack", to: "m", toIncarnation: 1, id: 2 ** 53 }, "id"],
    [{ type: "ack", to: "m", toIncarnation: 1 }, "id"],
    [{ type: "track-state", kind: "smell", enabled: true }, "kind"],
    [{ type: "track-state", kind: "audio", enabled: "yes" }, "enabled"],
    [{ type: "presence", status: "x".repeat(65) }, "status"],
    [{
      type: "cloudflare-session",
      sessionId: "s",
      tracks: Array(17).fill({ trackName: "t", kind: "audio" }),
    }, "tracks"],
    [{
      type: "cloudflare-session",
      sessionId: "s",
      tracks: [{ trackName: "../x", kind: "audio" }],
    }, "tracks.0.trackName"],
    [{ type: "lock" }, "locked"],
  ];
  for (const [message, field] of wrong) {
    const error = assertThrows(
      () => parseClientMessage(JSON.stringify(message)),
      ProtocolError,
    );
    assertEquals([error.code, error.fields.map((each) => each.field)], [
      "invalid-message",
      [field],
    ], JSON.stringify(message));
  }
});

Deno.test("parseClientMessage: a number on a signal needs to say for whom", () => {
  assertEquals(
    refusal(parseClientMessage, { type: "signal", id: 1, data: 1 }),
    "invalid-message",
  );
  assertEquals(
    refusal(parseClientMessage, { type: "signal", id: 1, to: "m", data: 1 }),
    "invalid-message",
  );
});

Deno.test("parseClientMessage: a signal's data is at most 32 KiB of UTF-8, to the byte", () => {
  const at = (data: string) =>
    refusal(parseClientMessage, { type: "signal", to: "m", data });
  assertEquals(at("x".repeat(32_766)), undefined);
  assertEquals(at("x".repeat(32_767)), "signal-too-large");
  assertEquals(at("é".repeat(16_383)), undefined);
  assertEquals(at("é".repeat(16_384)), "signal-too-large");
  assertEquals(at("𝕏".repeat(8_192)), "signal-too-large");
});

Deno.test("parsers: garbage is refused with a typed failure, or comes out as what the schema names", () => {
  const fields = [
    "type",
    "to",
    "toIncarnation",
    "id",
    "base",
    "data",
    "from",
    "incarnation",
    "kind",
    "enabled",
    "peer",
    "peers",
    "room",
    "you",
    "name",
    "role",
    "pin",
    "slug",
    "media",
    "persistent",
    "expiresIn",
    "maxParticipants",
    "include",
    "tracks",
    "reason",
    "retry",
    "code",
    "message",
  ];
  const types = [
    ...Object.keys(CLIENT_MESSAGES),
    ...Object.keys(SERVER_MESSAGES),
  ];
  let turn = 0;
  const outcomes = new Set<string>();
  for (const value of garbage(20_000, fields)) {
    if (typeof value === "object" && value !== null && turn++ % 2 === 0) {
      Object.assign(value, { type: types[turn % types.length] });
    }
    for (const parse of [parseClientMessage, parseServerMessage]) {
      outcomes.add(refusal(parse, value) ?? "taken");
    }
    for (const schema of [CreateRoom, ChangeRoom, JoinRoom]) {
      outcomes.add(refusal(() => check(schema, value), value) ?? "taken");
    }
  }
  assertEquals(
    outcomes,
    new Set([
      "bad-json",
      "invalid-message",
      "unknown-type",
      "signal-too-large",
      "taken",
    ]),
  );
  assertEquals(({} as Record<string, unknown>).x, undefined);
});

Deno.test("parsers: what a message holds besides is left out, and changes no prototype", () => {
  const message = parseClientMessage(
    '{"type":"ping","__proto__":{"polluted":1},"constructor":1,"extra":2}',
  );
  assertEquals(Object.keys(message), ["type"]);
  assertEquals(
    (message as unknown as { polluted?: number }).polluted,
    undefined,
  );
});

Deno.test("parseObject: JSON's own limits hold", () => {
  assertEquals(
    refusal(parseObject, `${'{"a":'.repeat(10_000)}1${"}".repeat(9_999)}`),
    "bad-json",
  );
});

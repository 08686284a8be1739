import { assertEquals } from "@std/assert";
import { between } from "../../fakes/random.ts";
import { sessionRig } from "./session_rig.ts";

/** Valid messages to take apart. */
const SAMPLES = [
  {
    type: "welcome",
    you: { memberId: "a", incarnation: 1, role: "host", name: "" },
    peers: [],
    resumed: true,
    expiresAt: 1,
  },
  {
    type: "join",
    from: "c",
    data: { participant_id: "c", participant_name: "" },
    peer: { memberId: "c", incarnation: 1 },
  },
  { type: "back", from: "b", incarnation: 1, peer: {} },
  { type: "signal", from: "b", incarnation: 1, id: 1, base: 3, data: null },
  { type: "signal", from: "b", incarnation: 0, id: -1, data: 1 },
  { type: "ack", from: "b", incarnation: 1, id: 1 },
  { type: "track-state", from: "b", kind: "audio", enabled: true },
  { type: "presence", from: "zz", handRaised: true },
  { type: "leave", from: "b", data: { participant_id: "b" }, reason: "left" },
  { type: "token", token: "a.2", expiresAt: 1 },
  { type: "bye", reason: "internal", retry: 1 },
  { type: "constructor" },
  { type: "error", code: "rate-limited", message: "" },
];
const JUNK = [
  undefined,
  null,
  "",
  "\u0000",
  -1,
  1e400,
  NaN,
  [],
  {},
  true,
  "a".repeat(99),
  2 ** 53,
];

Deno.test("Session stands any garbage from the server (3,000 frames)", () => {
  const { clock, random, server, member } = sessionRig();
  const [a, b] = [member("a"), member("b")];
  a.session.start();
  b.session.start();
  clock.runNow(20);
  const pick = <T>(of: readonly T[]) => of[between(random, 0, of.length - 1)];
  for (let i = 0; i < 3_000; i++) {
    const message: Record<string, unknown> = { ...pick(SAMPLES) };
    for (let n = between(random, 0, 2); n > 0; n--) {
      const key = pick(Object.keys(message));
      // A wrong token is no garbage: it is used, and refused.
      if (key !== "token") message[key] = pick(JUNK);
    }
    let frame = JSON.stringify(message);
    if (random() < 0.2) {
      frame = frame.slice(0, between(random, 0, frame.length));
    }
    if (random() < 0.05) {
      frame = pick(["", "null", "[]", "[[", "\ufeff{}", "0"]);
    }
    server.send("a", frame);
    if (random() < 0.1) clock.runNow(1_000);
  }
  clock.runNow(60_000);
  server.cut("a");
  clock.runNow(60_000);
  assertEquals(a.session.state, { phase: "open" });
  const count = a.signals().length;
  const d = member("d"); // of whom no lies were told
  d.session.start();
  clock.runNow(20);
  d.session.signal("a", "still there");
  clock.runNow(1_000);
  assertEquals(a.signals().slice(count), ["still there"]);
});

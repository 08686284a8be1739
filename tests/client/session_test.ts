import { assert, assertEquals, assertThrows } from "@std/assert";
import { Session } from "@/lib/client/session.ts";
import type { SessionEvent } from "@/lib/client/session_event.ts";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import type { PeerInfo } from "@/lib/protocol/messages.ts";
import { VirtualClock } from "../fakes/clock.ts";
import { between, seededRandom } from "../fakes/random.ts";
import { FakeServer } from "../fakes/signaling_server.ts";

function rig(seed = 1) {
  const clock = new VirtualClock();
  const random = seededRandom(seed);
  const server = new FakeServer(clock, random);
  const member = (memberId: string, peers?: PeerInfo[]) => {
    const session = new Session({
      token: memberId,
      memberId,
      peers,
      openTransport: server.openTransport,
      clock,
      random,
    });
    const events: SessionEvent[] = [];
    session.subscribe((event) => events.push(event));
    return { session, events, ...reading(events) };
  };
  return { clock, random, server, member };
}

function reading(events: SessionEvent[]) {
  return {
    signals: () =>
      events.flatMap((event) => event.type === "signal" ? [event.data] : []),
    pairs: () =>
      events.flatMap((event) =>
        event.type === "pair"
          ? [[event.peer.memberId, event.peer.incarnation, event.offer]]
          : []
      ),
  };
}

Deno.test("Session: the newcomer offers, the resident waits", () => {
  const { clock, member } = rig();
  const a = member("a");
  a.session.start();
  clock.runNow(10);
  const b = member("b");
  b.session.start();
  clock.runNow(10);
  assertEquals(a.pairs(), [["b", 1, false]]);
  assertEquals(b.pairs(), [["a", 1, true]]);
});

Deno.test("Session begins pairs with the peers of joining at once, and sends before the welcome", () => {
  const { clock, server, member } = rig();
  const a = member("a");
  a.session.start();
  clock.runNow(10);
  const b = member("b", server.peersFor("b"));
  b.session.start();
  assertEquals(b.pairs(), [["a", 1, true]]);
  b.session.signal("a", "hello");
  clock.runNow(1); // the socket opens
  clock.runNow(1); // the frame arrives, with the welcome under way
  clock.runNow(3);
  assertEquals(a.signals(), ["hello"]);
  clock.runNow(100);
  const sent = server.received.filter(({ message }) =>
    message.type === "signal"
  );
  assertEquals(sent.length, 1);
  assertEquals(b.pairs().length, 1);
});

Deno.test("Session whose first socket is lost before its welcome begins its pairs anew", () => {
  const { clock, server, member } = rig();
  const a = member("a");
  a.session.start();
  clock.runNow(10);
  const b = member("b", server.peersFor("b"));
  b.session.start();
  b.session.signal("a", "first");
  server.refuseWith = 1011;
  clock.runNow(1);
  server.refuseWith = 0;
  clock.runNow(302);
  assertEquals(b.pairs().length, 2);
  b.session.signal("a", "second");
  clock.runNow(100);
  assertEquals(a.signals(), ["second"]);
});

Deno.test("Session resumes: no signal is lost or doubled, the pair goes on", () => {
  const { clock, server, member } = rig();
  const [a, b] = [member("a"), member("b")];
  a.session.start();
  b.session.start();
  clock.runNow(20);
  server.cut("b");
  a.session.signal("b", 1);
  b.session.signal("a", 2);
  clock.runNow(9);
  clock.runNow(500);
  assertEquals([a.signals(), b.signals()], [[2], [1]]);
  assertEquals([a.pairs().length, b.pairs().length], [1, 1]);
});

Deno.test("Session: a reload begins the pair anew, on both sides", () => {
  const { clock, member } = rig();
  const [a, b] = [member("a"), member("b")];
  a.session.start();
  b.session.start();
  clock.runNow(20);
  a.session.signal("b", "for the old page");
  b.session.close();
  const again = member("b");
  again.session.start();
  clock.runNow(20);
  a.session.signal("b", "for the new page");
  clock.runNow(5_000);
  assertEquals(a.pairs(), [["b", 1, false], ["b", 2, false]]);
  assertEquals(again.pairs(), [["a", 1, true]]);
  assertEquals(again.signals(), ["for the new page"]);
});

Deno.test("Session that comes back too late begins every pair anew", () => {
  const { clock, server, member } = rig();
  const [a, b] = [member("a"), member("b")];
  a.session.start();
  b.session.start();
  clock.runNow(20);
  b.session.signal("a", 1);
  clock.runNow(100);
  server.isDown = true;
  server.cut("b");
  server.end("b", "timeout");
  server.isDown = false;
  clock.runNow(1_000);
  assertEquals(b.pairs(), [["a", 1, true], ["a", 1, true]]);
  a.session.signal("b", 2);
  b.session.signal("a", 3);
  clock.runNow(100);
  assertEquals([a.signals(), b.signals()], [[1, 3], [2]]);
});

Deno.test("Session takes a signal of a higher incarnation for a silent return, and drops those of a lower", () => {
  const { clock, server, member } = rig();
  const [a, b] = [member("a"), member("b")];
  a.session.start();
  b.session.start();
  clock.runNow(20);
  const signal = { type: "signal", from: "b" } as const;
  server.send("a", { ...signal, incarnation: 2, id: 1, data: "new" });
  server.send("a", { ...signal, incarnation: 1, id: 1, data: "old" });
  assertEquals(a.signals(), ["new"]);
  assertEquals(a.pairs(), [["b", 1, false], ["b", 2, false]]);
});

Deno.test("Session keeps signals that overtake the news of their sender", () => {
  const { clock, server, member } = rig();
  const a = member("a");
  a.session.start();
  clock.runNow(20);
  server.send("a", {
    type: "signal",
    from: "b",
    incarnation: 1,
    id: 1,
    data: 1,
  });
  assertEquals(a.signals(), []);
  const b = member("b");
  b.session.start();
  clock.runNow(20);
  assertEquals(a.signals(), [1]);
});

Deno.test("Session reports a gap after 512 unacknowledged signals", () => {
  const { clock, server, member } = rig();
  const [a, b] = [member("a"), member("b")];
  a.session.start();
  b.session.start();
  clock.runNow(20);
  server.isDown = true;
  server.cut("b");
  for (let i = 1; i <= 600; i++) b.session.signal("a", i);
  server.isDown = false;
  clock.runNow(20_000);
  assertEquals(a.signals().length, 512);
  assertEquals(a.signals()[0], 89);
  const gaps = a.events.filter((event) => event.type === "gap");
  assertEquals(gaps, [{ type: "gap", memberId: "b" }]);
});

Deno.test("Session refuses a signal over 32 KiB, which would be refused for ever", () => {
  const { clock, member } = rig();
  const [a, b] = [member("a"), member("b")];
  a.session.start();
  b.session.start();
  clock.runNow(20);
  assertThrows(() => a.session.signal("b", "x".repeat(32_767)), ProtocolError);
  a.session.signal("b", "x".repeat(32_766));
  a.session.signal("nobody", 1);
});

Deno.test("Session says again what it announced after every reconnection, and what is off only to who may know otherwise", () => {
  const { clock, server, member } = rig();
  const said = () =>
    server.received.splice(0).flatMap(({ message }) =>
      message.type === "track-state" ? [[message.kind, message.enabled]] : []
    );
  const a = member("a");
  a.session.announce({ type: "track-state", kind: "audio", enabled: true });
  a.session.announce({ type: "track-state", kind: "video", enabled: false });
  a.session.start();
  clock.runNow(20);
  assertEquals(said(), [["audio", true]]);
  a.session.announce({ type: "track-state", kind: "audio", enabled: false });
  clock.runNow(20);
  assertEquals(said(), [["audio", false]]);
  server.cut("a");
  clock.runNow(1_000);
  assertEquals(said(), [["audio", false], ["video", false]]);
});

Deno.test("Session announces again what was refused for its rate", () => {
  const { clock, server, member } = rig();
  const a = member("a");
  a.session.announce({ type: "track-state", kind: "audio", enabled: true });
  a.session.start();
  clock.runNow(20);
  server.received.length = 0;
  server.send("a", {
    type: "error",
    code: "rate-limited",
    message: "",
    re: { type: "track-state" },
  });
  clock.runNow(2_010);
  assertEquals(server.received.map(({ message }) => message.type), [
    "track-state",
  ]);
});

Deno.test("Session finds out that its path has died when a signal is not acknowledged", () => {
  const { clock, server, member } = rig();
  const [a, b] = [member("a"), member("b")];
  a.session.start();
  b.session.start();
  clock.runNow(20);
  server.kill("a");
  a.session.signal("b", "into the void");
  clock.runNow(8_000 + 310);
  assertEquals(b.signals(), ["into the void"]);
});

Deno.test("Session leaves: the seat is given back and nothing is left behind", async () => {
  const { clock, member } = rig();
  const [a, b] = [member("a"), member("b")];
  a.session.start();
  b.session.start();
  clock.runNow(20);
  a.session.signal("b", 1);
  const left = a.session.leave();
  await clock.run(10);
  await left;
  assert(b.events.some((event) => event.type === "left"));
  b.session.close();
  clock.runNow(100);
  assertEquals(clock.waiting, 0);
});

Deno.test("Session leaves within 1 s when the server does not answer", async () => {
  const { clock, server, member } = rig();
  const a = member("a");
  a.session.start();
  clock.runNow(20);
  server.kill("a");
  let done = false;
  a.session.leave().then(() => done = true);
  await clock.run(999);
  assertEquals(done, false);
  await clock.run(1);
  assertEquals(done, true);
});

/**
 * Two sessions of which either may lose its connection, fall silent or be reloaded at any time, over a fan-out that loses, doubles and
 * reorders. Between any two incarnations the signals arrive exactly once and in order.
 */
function schedule(seed: number): string {
  const { clock, random, server, member } = rig(seed);
  server.faults = {
    lost: random() * 0.3,
    doubled: random() * 0.3,
    delay: random() * 500,
  };
  const names = ["a", "b"];
  const lives: Record<string, number> = { a: 0, b: 0 };
  const current = new Map<string, Session>();
  /** What each life of each got from each life of the other. */
  const got = new Map<string, number[]>();
  const counters = new Map<string, number>();
  const load = (name: string) => {
    current.get(name)?.close();
    const life = ++lives[name];
    const { session } = member(name);
    current.set(name, session);
    session.subscribe((event) => {
      if (event.type === "pair") counters.delete(name);
      if (event.type !== "signal") return;
      const { life: theirs, n, pair } = event.data as Record<string, number>;
      const key = `${name}${life} from life ${theirs}, pair ${pair}`;
      got.set(key, [...got.get(key) ?? [], n]);
    });
    session.start();
  };
  const begun = new Map<string, number>();
  names.forEach(load);
  const push = (name: string) => {
    const session = current.get(name)!;
    const other = name === "a" ? "b" : "a";
    if (!session.peers.has(other)) return;
    if (!counters.has(name)) begun.set(name, (begun.get(name) ?? 0) + 1);
    const n = (counters.get(name) ?? 0) + 1;
    counters.set(name, n);
    session.signal(other, { life: lives[name], pair: begun.get(name), n });
  };
  for (let step = 0; step < 60; step++) {
    const name = names[between(random, 0, 1)];
    const dice = random();
    if (dice < 0.6) {
      for (let i = between(random, 1, 5); i > 0; i--) push(name);
    } else if (dice < 0.75) server.cut(name, random() < 0.5 ? 1006 : 4501);
    else if (dice < 0.8) server.kill(name);
    else if (dice < 0.87) server.send(name, { type: "moving" });
    else if (dice < 0.9) load(name);
    else if (dice < 0.95) server.isDown = !server.isDown;
    else current.get(name)!.nudge();
    clock.runNow(random() * 3_000);
  }
  server.isDown = false;
  server.faults = { lost: 0.05, doubled: 0.05, delay: 20 };
  clock.runNow(60_000);
  for (const name of names) push(name);
  clock.runNow(60_000);
  for (const [key, values] of got) {
    values.forEach((n, i) => {
      if (n !== i + 1) throw new Error(`seed ${seed}, ${key}: ${values}`);
    });
  }
  for (const name of names) {
    const other = name === "a" ? "b" : "a";
    const key = `${name}${lives[name]} from life ${lives[other]}, pair ${
      begun.get(other)
    }`;
    assertEquals(
      got.get(key)?.length,
      counters.get(other),
      `seed ${seed}: ${key} is not complete`,
    );
  }
  for (const session of current.values()) session.close();
  clock.runNow(20_000);
  assertEquals(clock.waiting, 0, `seed ${seed}: timers are left`);
  return [...got].map(([key, values]) => `${key}: ${values.length}`).join();
}

Deno.test("Session delivers exactly once and in order through losses, moves, silence and reloads (300 seeds)", () => {
  for (let seed = 1; seed <= 300; seed++) schedule(seed);
});

Deno.test("Session: the same seed gives the same story", () => {
  assertEquals(schedule(7), schedule(7));
});

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
  const { clock, random, server, member } = rig();
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

import { assertEquals } from "@std/assert";
import { Link, type LinkState } from "@/lib/client/transport/link.ts";
import { CLOSE_CODES, type CloseReason } from "@/lib/protocol/errors.ts";
import type { ServerMessage } from "@/lib/protocol/messages.ts";
import { VirtualClock } from "../../fakes/clock.ts";
import { fakeTransports } from "../../fakes/transport.ts";

/** A link whose chance always comes out at its highest, so that waits are as long as they can be. */
function rig(random = () => 1) {
  const clock = new VirtualClock();
  const transports = fakeTransports();
  const states: LinkState[] = [];
  const messages: ServerMessage[] = [];
  const log: string[] = [];
  const link = new Link({
    token: "t1",
    openTransport: transports.openTransport,
    clock,
    random,
    onFresh: () => log.push("fresh"),
    onMessage: (message) => messages.push(message),
    onState: (state) => states.push(state),
  });
  link.start();
  return { clock, ...transports, states, messages, log, link };
}

Deno.test("Link is open from the welcome on, and can send from the opening on", () => {
  const { link, newest, states, log } = rig();
  assertEquals(newest().ticket, { token: "t1", incarnation: undefined });
  link.send({ type: "ping" });
  newest().opened();
  link.send({ type: "leave" });
  assertEquals([newest().sent, log, states], [
    [{ type: "leave" }],
    ["fresh"],
    [],
  ]);
  newest().welcome();
  assertEquals(states, [{ phase: "open" }]);
});

Deno.test("Link tries again after 0, 0.3, 1, 2, 4, 7, 7 s at most", () => {
  const { clock, opened, newest } = rig();
  newest().welcome();
  clock.runNow(10_000); // A link that has lasted so long was a good one.
  newest().closed(1006);
  const waits: number[] = [];
  for (let i = 0; i < 7; i++) {
    const count = opened.length;
    let waited = 0;
    while (opened.length === count) {
      clock.runNow(waited === 0 ? 0 : 100);
      if (opened.length > count) break;
      waited += 100;
    }
    waits.push(waited);
    newest().closed(1006);
  }
  assertEquals(waits, [0, 300, 1_000, 2_000, 4_000, 7_000, 7_000]);
});

Deno.test("Link does not hurry back to a server that welcomes and closes at once", () => {
  const { clock, opened, newest } = rig();
  for (let i = 0; i < 20; i++) {
    newest().welcome();
    newest().closed(4508);
    clock.runNow(7_000);
  }
  assertEquals(opened.length, 21);
  newest().welcome();
  newest().closed(4508);
  clock.runNow(6_900);
  assertEquals(opened.length, 21);
});

Deno.test("Link comes back as the same incarnation, with the newest token", () => {
  const { clock, newest } = rig();
  newest().welcome({ incarnation: 3 });
  newest().tell({ type: "token", token: "t2", expiresAt: 0 });
  newest().closed(1006);
  clock.runNow(300);
  assertEquals(newest().ticket, { token: "t2", incarnation: 3 });
});

const WAITS: CloseReason[] = [
  "internal",
  "moving",
  "unavailable",
  "slow-reader",
  "rate-limited",
];

for (const reason of Object.keys(CLOSE_CODES) as CloseReason[]) {
  const code = CLOSE_CODES[reason];
  const waits = WAITS.includes(reason);
  Deno.test(`Link ${waits ? "comes back after" : "stops at"} ${code} ${reason}`, () => {
    for (const bye of [true, false]) {
      const { clock, opened, newest, link } = rig();
      newest().welcome();
      const first = newest();
      if (bye) first.tell({ type: "bye", reason, retry: waits ? 2_000 : null });
      first.closed(code);
      assertEquals(first.isClosed, true);
      if (waits) {
        assertEquals(link.state.phase, "waiting");
        clock.runNow(bye ? 1_999 : 299);
        assertEquals(opened.length, 1);
        clock.runNow(1);
        assertEquals(opened.length, 2);
      } else {
        assertEquals(link.state, { phase: "closed", reason });
        clock.runNow(600_000);
        assertEquals([opened.length, clock.waiting], [1, 0]);
      }
    }
  });
}

for (const code of [1000, 1001, 1005, 1006, 1011, 4000, 4599]) {
  Deno.test(`Link comes back after ${code}, a lost connection`, () => {
    const { clock, opened, newest } = rig();
    newest().closed(code);
    clock.runNow(300);
    assertEquals(opened.length, 2);
  });
}

Deno.test("Link stops at a code or reason to come that says not to come back", () => {
  for (const end of ["code", "bye"]) {
    const { newest, link } = rig();
    if (end === "code") newest().closed(4477);
    else newest().tell({ type: "bye", reason: "to-come", retry: null });
    assertEquals(link.state, { phase: "closed", reason: "unknown" });
  }
});

Deno.test("Link, told that its instance is moving, opens the new connection before it closes the old", () => {
  const { clock, opened, link, states } = rig();
  const [old] = opened;
  old.welcome({ incarnation: 2 });
  old.tell({ type: "moving" });
  clock.runNow(2_000);
  assertEquals(opened.length, 2);
  assertEquals(opened[1].ticket.incarnation, 2);
  opened[1].opened();
  link.send({ type: "ping" });
  assertEquals([old.sent.length, old.isClosed], [1, false]);
  opened[1].welcome({ incarnation: 2, resumed: true });
  assertEquals(old.isClosed, true);
  link.send({ type: "ping" });
  assertEquals([old.sent.length, opened[1].sent.length], [1, 1]);
  assertEquals(states, [{ phase: "open" }]);
  clock.runNow(1_000);
  assertEquals(opened.length, 2);
});

Deno.test("Links that are told at once to move spread their return over 1.5 s", () => {
  for (const [chance, wait] of [[0.25, 375], [1, 1_500]]) {
    const { clock, opened, link } = rig(() => chance);
    opened[0].welcome();
    opened[0].tell({ type: "moving" });
    opened[0].tell({ type: "moving" });
    clock.runNow(wait - 1);
    assertEquals(opened.length, 1);
    clock.runNow(1);
    assertEquals([opened.length, link.state.phase], [2, "open"]);
    opened[1].welcome({ resumed: true });
    assertEquals(clock.waiting, 1); // Its heartbeat's.
  }
});

Deno.test("Link that loses its old connection before it has moved goes on waiting", () => {
  const { clock, opened, link } = rig();
  opened[0].welcome();
  opened[0].tell({ type: "moving" });
  clock.runNow(500);
  opened[0].closed(4501);
  assertEquals(link.state, { phase: "waiting", retryAt: clock.now() + 1_000 });
  clock.runNow(1_000);
  assertEquals([opened.length, link.state.phase], [2, "connecting"]);
});

Deno.test("Link, moving, loses the old connection while the next attempt waits", () => {
  const { clock, opened, link } = rig();
  opened[0].welcome();
  opened[0].tell({ type: "moving" });
  clock.runNow(2_000);
  opened[1].closed(1006);
  assertEquals(link.state, { phase: "open" });
  opened[0].closed(4501);
  assertEquals(link.state.phase, "waiting");
  clock.runNow(300);
  opened[2].welcome({ resumed: true });
  assertEquals(link.state, { phase: "open" });
});

Deno.test("Link leaves it to the attempt under way what the end of the old connection means", () => {
  for (const code of [4409, 4501, 1006]) {
    const { clock, opened, link } = rig();
    opened[0].welcome();
    opened[0].tell({ type: "moving" });
    clock.runNow(2_000);
    opened[0].closed(code);
    assertEquals(link.state, { phase: "connecting" });
    clock.runNow(1_000);
    opened[1].welcome({ resumed: true });
    assertEquals([link.state.phase, opened.length], ["open", 2]);
  }
});

Deno.test("Link gives up an attempt that is not welcomed in 10 s", () => {
  const { clock, opened } = rig();
  opened[0].opened();
  clock.runNow(9_999);
  assertEquals(opened[0].isClosed, false);
  clock.runNow(301);
  assertEquals([opened[0].isClosed, opened.length], [true, 2]);
});

Deno.test("Link asks for a sign of life after 10 s of silence, and gives up 5 s later", () => {
  const { clock, opened } = rig();
  opened[0].welcome();
  clock.runNow(9_999);
  assertEquals(opened[0].sent, []);
  clock.runNow(1);
  assertEquals(opened[0].sent, [{ type: "ping" }]);
  opened[0].tell({ type: "pong" });
  clock.runNow(10_000);
  assertEquals(opened[0].sent.length, 2);
  clock.runNow(4_999);
  assertEquals(opened[0].isClosed, false);
  clock.runNow(2);
  assertEquals([opened[0].isClosed, opened.length], [true, 2]);
});

Deno.test("Link does not ask while it hears from the server", () => {
  const { clock, opened } = rig();
  opened[0].welcome();
  for (let i = 0; i < 10; i++) {
    clock.runNow(9_000);
    opened[0].tell({ type: "gap" });
  }
  assertEquals(opened[0].sent, []);
});

Deno.test("Link, nudged, tries at once, doubts what is open and drops an attempt of an old network", () => {
  const { clock, opened, link } = rig();
  opened[0].closed(1006);
  clock.runNow(100);
  link.nudge();
  assertEquals(opened.length, 2);
  link.nudge(); // A young attempt is left alone.
  assertEquals(opened.length, 2);
  clock.runNow(2_001);
  link.nudge();
  assertEquals([opened.length, opened[1].isClosed], [3, true]);
  opened[2].welcome();
  link.nudge();
  assertEquals(opened[2].sent, [{ type: "ping" }]);
});

Deno.test("Link, closed, leaves no timer and hears nothing more", () => {
  const { clock, opened, link, states, messages } = rig();
  opened[0].welcome();
  link.probe();
  link.close();
  const [statesThen, messagesThen] = [states.length, messages.length];
  opened[0].tell({ type: "pong" });
  opened[0].closed(1006);
  assertEquals([states.length, messages.length], [statesThen, messagesThen]);
  assertEquals([clock.waiting, opened[0].isClosed], [0, true]);
});

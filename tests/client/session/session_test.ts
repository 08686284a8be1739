import { assert, assertEquals, assertThrows } from "@std/assert";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import type { FakeServer } from "../../fakes/signaling_server.ts";
import { sessionRig, twoMembers } from "./session_rig.ts";

Deno.test("Session: the newcomer offers, the resident waits", () => {
  const { clock, member } = sessionRig();
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
  const { clock, server, member } = sessionRig();
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
  const { clock, server, member } = sessionRig();
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
  const { clock, server, a, b } = twoMembers();
  server.cut("b");
  a.session.signal("b", 1);
  b.session.signal("a", 2);
  clock.runNow(9);
  clock.runNow(500);
  assertEquals([a.signals(), b.signals()], [[2], [1]]);
  assertEquals([a.pairs().length, b.pairs().length], [1, 1]);
});

Deno.test("Session: a reload begins the pair anew, on both sides", () => {
  const { clock, member, a, b } = twoMembers();
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
  const { clock, server, a, b } = twoMembers();
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
  const { server, a } = twoMembers();
  const signal = { type: "signal", from: "b" } as const;
  server.send("a", { ...signal, incarnation: 2, id: 1, data: "new" });
  server.send("a", { ...signal, incarnation: 1, id: 1, data: "old" });
  assertEquals(a.signals(), ["new"]);
  assertEquals(a.pairs(), [["b", 1, false], ["b", 2, false]]);
});

Deno.test("Session keeps signals that overtake the news of their sender", () => {
  const { clock, server, member } = sessionRig();
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
  const { clock, server, a, b } = twoMembers();
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
  const { a } = twoMembers();
  assertThrows(() => a.session.signal("b", "x".repeat(32_767)), ProtocolError);
  a.session.signal("b", "x".repeat(32_766));
  a.session.signal("nobody", 1);
});

Deno.test("Session says again what it announced after every reconnection, and what is off only to who may know otherwise", () => {
  const { clock, server, member } = sessionRig();
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

const saidIn = (server: FakeServer) =>
  server.received.filter(({ message }) => message.type === "track-state");
const refusal = (code: string, type?: string) =>
  ({
    type: "error",
    code,
    message: "",
    ...(type && { re: { type } }),
  }) as const;

Deno.test("Session announces again what was refused for its rate, or because the server could not keep it", () => {
  for (const code of ["rate-limited", "unavailable", "internal"]) {
    for (const type of ["track-state", undefined]) {
      const { clock, server, member } = sessionRig();
      const a = member("a");
      a.session.announce({ type: "track-state", kind: "video", enabled: true });
      a.session.start();
      clock.runNow(20);
      server.received.length = 0;
      server.send("a", refusal(code, type));
      clock.runNow(1_010);
      assertEquals(saidIn(server).length, 1, `${code} ${type}`);
      clock.runNow(60_000);
      assertEquals(saidIn(server).length, 1);
    }
  }
});

Deno.test("Session announces nothing again that was refused for what it is", () => {
  const { clock, server, member } = sessionRig();
  const a = member("a");
  a.session.announce({ type: "track-state", kind: "video", enabled: true });
  a.session.start();
  clock.runNow(20);
  server.received.length = 0;
  server.send("a", refusal("not-allowed", "track-state"));
  server.send("a", refusal("unavailable", "lock"));
  clock.runNow(60_000);
  assertEquals(saidIn(server), []);
});

Deno.test("Session whose announcements are refused for long says each again once at a time, and ever more seldom", () => {
  const { clock, server, member } = sessionRig();
  const a = member("a");
  for (const kind of ["audio", "video", "screen"] as const) {
    a.session.announce({ type: "track-state", kind, enabled: true });
  }
  a.session.start();
  clock.runNow(20);
  server.received.length = 0;
  let refused = 0;
  for (let ms = 0; ms < 60_000; ms += 10) {
    clock.runNow(10);
    for (const said = saidIn(server).length; refused < said; refused++) {
      server.send("a", refusal("unavailable", "track-state"));
    }
    if (ms === 0) server.send("a", refusal("unavailable", "track-state"));
  }
  const rounds = saidIn(server).length / 3;
  assert(rounds > 15 && rounds < 60, `${rounds} rounds in a minute`);
  server.cut("a");
  clock.runNow(5_000);
  assertEquals(server.info("a")?.tracks, {
    audio: true,
    video: true,
    screen: true,
  });
});

Deno.test("Session finds out that its path has died when a signal is not acknowledged", () => {
  const { clock, server, a, b } = twoMembers();
  server.kill("a");
  a.session.signal("b", "into the void");
  clock.runNow(8_000 + 310);
  assertEquals(b.signals(), ["into the void"]);
});

Deno.test("Session leaves: the seat is given back and nothing is left behind", async () => {
  const { clock, a, b } = twoMembers();
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
  const { clock, server, member } = sessionRig();
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

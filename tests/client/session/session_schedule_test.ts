import { assertEquals } from "@std/assert";
import type { Session } from "@/lib/client/session/session.ts";
import { between } from "../../fakes/random.ts";
import { sessionRig } from "./session_rig.ts";

/**
 * Two sessions of which either may lose its connection, fall silent or be reloaded at any time, over a fan-out that loses, doubles and
 * reorders. Between any two incarnations the signals arrive exactly once and in order.
 */
function schedule(seed: number): string {
  const { clock, random, server, member } = sessionRig(seed);
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

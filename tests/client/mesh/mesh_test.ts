import { assert, assertEquals } from "@std/assert";
import { between } from "../../fakes/random.ts";
import { assertWhole, meshRig, offersOf, type Page } from "./mesh_rig.ts";

Deno.test("Mesh connects everyone with everyone, with one offer per pair", async () => {
  const { clock, network, page } = meshRig();
  const pages: Page[] = [];
  for (const name of ["a", "b", "c", "d"]) {
    pages.push(page(name));
    await clock.run(300);
  }
  assertWhole(pages, network, "four");
  assertEquals(offersOf(network), 6);
});

Deno.test("Mesh closes the connection with who has left, and only that", async () => {
  const { clock, server, network, page } = meshRig();
  const pages = ["a", "b", "c"].map(page);
  await clock.run(500);
  pages[2].close();
  server.end("c", "left");
  await clock.run(500);
  assertWhole(pages.slice(0, 2), network, "without c");
  assertEquals([...pages[0].mesh.peers.keys()], ["b"]);
});

Deno.test("Mesh leaves connections alone while the server is away", async () => {
  const { clock, server, network, page } = meshRig();
  const pages = ["a", "b"].map(page);
  await clock.run(500);
  server.isDown = true;
  server.cut("a");
  server.cut("b");
  await clock.run(300_000);
  assertWhole(pages, network, "server away");
  assertEquals(network.connections.length, 2);
  pages[0].say("still here");
  await clock.run(100);
  assertEquals(pages[1].heard("a"), ["still here"]);
});

Deno.test("Mesh negotiates anew after the server came back", async () => {
  const { clock, server, network, page } = meshRig();
  const pages = ["a", "b"].map(page);
  await clock.run(500);
  server.isDown = true;
  server.cut("a");
  server.cut("b");
  await clock.run(5_000);
  server.isDown = false;
  await clock.run(8_000);
  network.isBlocked = true;
  await clock.run(8_600);
  network.isBlocked = false;
  await clock.run(500);
  assertWhole(pages, network, "after the restart");
  assert(offersOf(network) > 1, "no ICE restart was negotiated");
});

Deno.test("Mesh sends the signals of a connected pair over its own channel, with the server and without", async () => {
  const { clock, server, network, page } = meshRig();
  const pages = ["a", "b"].map(page);
  await clock.run(500);
  const before = server.received.length;
  network.connections[0].restartIce();
  await clock.run(500);
  assertEquals(offersOf(network), 2);
  const late = server.received.slice(before).map(({ message }) => message.type);
  assertEquals(late, [], "the server was needed");
  server.isDown = true;
  server.cut("a");
  server.cut("b");
  await clock.run(5_000);
  network.connections[0].restartIce();
  await clock.run(500);
  assertEquals(offersOf(network), 3);
  assertWhole(pages, network, "without a server");
});

Deno.test("Mesh begins anew with a member whose page was reloaded", async () => {
  const { clock, network, page } = meshRig();
  const a = page("a");
  const b = page("b");
  await clock.run(500);
  b.close();
  const again = page("b");
  await clock.run(500);
  assertWhole([a, again], network, "reloaded");
});

Deno.test("Mesh builds anew the pair of a reloaded page alone: the others' connections are not touched", async () => {
  const { clock, network, page } = meshRig();
  const [a, b, c] = ["a", "b", "c"].map(page);
  await clock.run(500);
  const between = network.connections.filter((connection) =>
    [a, c].some(({ tracks }) =>
      connection.getTransceivers()[0].sender.track as unknown ===
        tracks.microphone
    )
  );
  const streams = [a.mesh.peers.get("c")!.audio, c.mesh.peers.get("a")!.audio];
  b.close();
  const again = page("b");
  await clock.run(500);
  assertWhole([a, again, c], network, "reloaded");
  assertEquals(network.connections.length, 10);
  const kept = between.filter((c) => c.signalingState !== "closed");
  assertEquals(kept.map(({ offers }) => offers).sort(), [0, 1]);
  assert(network.agreedEnd(kept[0]) === kept[1], "not with each other");
  assert(a.mesh.peers.get("c")!.audio === streams[0]);
  assert(c.mesh.peers.get("a")!.audio === streams[1]);
});

/**
 * Pages that lose their server, their paths and each other's signals, are reloaded and rebuild at the worst moments, while they chat. In
 * the end everyone is connected with everyone, and every page has each message once and in order.
 */
async function schedule(seed: number): Promise<void> {
  const { clock, random, server, network, page } = meshRig(seed);
  const names = seed % 10 === 0 ? ["a", "b", "c"] : ["a", "b"];
  const pages = new Map<string, Page>();
  /** How much each has said in this life of its page. */
  const said = new Map<string, number>();
  for (const name of names) {
    pages.set(name, page(name));
    if (random() < 0.5) await clock.run(random() * 100);
  }
  server.faults = {
    lost: random() * 0.3,
    doubled: random() * 0.3,
    delay: random() * 300,
  };
  const reloads = seed % 3 === 0;
  for (let step = 0; step < 25; step++) {
    const name = names[between(random, 0, names.length - 1)];
    const me = pages.get(name)!;
    const dice = random();
    if (dice < 0.3) {
      // What is said before the others are there is not for them.
      if (me.mesh.peers.size < names.length - 1) continue;
      const n = (said.get(name) ?? 0) + 1;
      said.set(name, n);
      me.say(`${n}`);
    } else if (dice < 0.45) server.cut(name);
    else if (dice < 0.5) server.kill(name);
    else if (dice < 0.6) network.isBlocked = !network.isBlocked;
    else if (dice < 0.75) {
      for (const peer of me.mesh.peers.values()) {
        if (random() < 0.5) peer.rebuild();
      }
    } else if (dice < 0.8) server.isDown = !server.isDown;
    else if (dice < 0.85) server.send(name, { type: "moving" });
    else if (dice < 0.9 && reloads) {
      me.close();
      pages.set(name, page(name));
      said.delete(name);
    }
    await clock.run(random() * (random() < 0.2 ? 20_000 : 400));
  }
  network.isBlocked = server.isDown = false;
  server.faults = { lost: 0.05, doubled: 0.05, delay: 20 };
  await clock.run(60_000);
  assertWhole([...pages.values()], network, `seed ${seed}`);
  for (const me of pages.values()) {
    for (const name of names) {
      if (name === me.memberId) continue;
      const heard = me.heard(name).map(Number);
      // Of an earlier life of the sender anything may be missing, and counting began anew.
      const life = heard.slice(heard.lastIndexOf(1));
      const expected = Array.from(
        { length: life.length },
        (_, i) => (life[0] ?? 1) + i,
      );
      assertEquals(life, expected, `seed ${seed}: ${name} to ${me.memberId}`);
      if (reloads) continue;
      assertEquals(heard.length, said.get(name) ?? 0, `seed ${seed}: lost`);
      const others = names.length - 1;
      for (const { delivery } of me.chat.messages) {
        if (delivery) assertEquals(delivery, { got: others, of: others });
      }
    }
  }
  for (const me of pages.values()) me.close();
  await clock.run(20_000);
  assertEquals(clock.waiting, 0, `seed ${seed}: timers are left`);
}

Deno.test("Mesh converges after any schedule of losses, delays, doubles, glare and reloads (300 seeds)", async () => {
  for (let seed = 1; seed <= 300; seed++) await schedule(seed);
});

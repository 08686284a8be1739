import { assertEquals } from "@std/assert";
import type { IceAnswer } from "@/lib/client/api.ts";
import { haveTurn, IceServers } from "@/lib/client/mesh/ice_servers.ts";
import { VirtualClock } from "../../fakes/clock.ts";
import type { FakePeerConnection } from "../../fakes/peer_connection.ts";
import { meshRig } from "./mesh_rig.ts";
import { peerRig } from "./peer_rig.ts";

const HOUR_MS = 3_600_000;

function turn(username: string, iceExpiresAt?: number): IceAnswer {
  const urls = ["turn:turn.example:3478"];
  return { iceServers: [{ urls, username, credential: "c" }], iceExpiresAt };
}

/** Servers that are fetched: how often, and when, in minutes; `fails` of the next times in vain. */
function rig(answer: (now: number) => IceAnswer) {
  const clock = new VirtualClock();
  const log: number[] = [];
  const state = { fails: 0, renewed: 0 };
  const servers = new IceServers({
    answer: answer(clock.now()),
    clock,
    random: () => 1,
    fetch() {
      log.push(clock.monotonic() / 60_000);
      if (state.fails-- > 0) return Promise.reject(new TypeError("network"));
      return Promise.resolve(answer(clock.now()));
    },
    onRenewed: () => state.renewed++,
  });
  return { clock, log, state, servers };
}

/** As if the selected pair went over a TURN server. */
function relay(connection: FakePeerConnection): void {
  const stats = [
    { id: "T", type: "transport", selectedCandidatePairId: "P" },
    { id: "P", type: "candidate-pair", localCandidateId: "L" },
    { id: "L", type: "local-candidate", candidateType: "relay" },
  ];
  for (const stat of stats) connection.stats.set(stat.id, stat);
}

Deno.test("IceServers are renewed at 70 % of their credentials' life, again and again", async () => {
  const { clock, log, state, servers } = rig((now) =>
    turn(`${now}`, now + HOUR_MS)
  );
  await clock.run(2 * HOUR_MS);
  assertEquals(log, [42, 84]);
  assertEquals(state.renewed, 2);
  const [{ username }] = servers.servers;
  assertEquals(Number(username), clock.now() - 36 * 60_000);
  servers.close();
  assertEquals(clock.waiting, 0);
});

Deno.test("IceServers try again when they cannot be renewed, and keep what there is", async () => {
  const { clock, log, state, servers } = rig((now) =>
    turn(`${now}`, now + HOUR_MS)
  );
  const before = servers.servers;
  state.fails = 3;
  await clock.run(42 * 60_000 + 44_000);
  assertEquals(log.map((at) => Math.round((at - 42) * 60)), [0, 5, 15]);
  assertEquals(servers.servers, before);
  await clock.run(2_000);
  assertEquals([log.length, state.renewed], [4, 1]);
});

Deno.test("IceServers without credentials are never fetched; with clocks that differ, not in a circle", async () => {
  const stun = rig(() => ({ iceServers: [{ urls: "stun:stun.example" }] }));
  stun.servers.renew();
  await stun.clock.run(24 * HOUR_MS);
  assertEquals(stun.log, []);
  const skewed = rig((now) => turn("x", now - HOUR_MS));
  await skewed.clock.run(60_000);
  assertEquals(skewed.log, [0.5, 1]);
});

Deno.test("IceServers are renewed when somebody asks, but not twice in 30 s", async () => {
  const { clock, log, servers } = rig((now) => turn("x", now + HOUR_MS));
  servers.renew();
  await clock.run(30_000);
  servers.renew();
  servers.renew();
  await clock.run(10_000);
  servers.renew();
  await clock.run(1_000);
  assertEquals(log, [0.5]);
});

Deno.test("haveTurn knows TURN from STUN", () => {
  assertEquals(haveTurn([]), false);
  assertEquals(haveTurn([{ urls: "stun:turn.example" }]), false);
  assertEquals(haveTurn([{ urls: ["stun:a", "turns:a"] }]), true);
});

Deno.test("Mesh gives every connection fresh credentials in the middle of a call, and restarts only what is relayed", async () => {
  const { clock, network, ice, page } = meshRig();
  ice.answer = turn("old", clock.now() + HOUR_MS);
  const pages = ["a", "b", "c"].map(page);
  await clock.run(500);
  const offers = () => network.connections.map(({ offers }) => offers);
  const before = offers();
  relay(network.connections[0]);
  ice.answer = turn("new", clock.now() + HOUR_MS);
  await clock.run(0.7 * HOUR_MS);
  const names = network.connections.map((connection) =>
    connection.getConfiguration().iceServers?.[0].username
  );
  assertEquals(names, names.map(() => "new"));
  const restarted = offers().map((count, i) => count - before[i]);
  assertEquals(restarted, restarted.map((_, i) => i === 0 ? 1 : 0));
  assertEquals(network.connections.length, 6);
  for (const { mesh, session } of pages) {
    for (const peer of mesh.peers.values()) {
      assertEquals(peer.state, "connected");
    }
    mesh.close();
    session.close();
  }
});

Deno.test("Peer that goes by relays alone is free again as soon as it is connected", async () => {
  const { clock, network, end } = peerRig();
  const a = end("a", { offer: true });
  end("b", { offer: false });
  await clock.run(500);
  a.rebuild(true);
  const policy = () =>
    network.connections[2].getConfiguration().iceTransportPolicy;
  assertEquals(policy(), "relay");
  await clock.run(500);
  assertEquals([a.state, policy()], ["connected", "all"]);
});

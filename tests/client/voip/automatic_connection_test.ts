import type { PairEvent } from "@/lib/client/voip/signaling_channel.ts";
import { assert, assertEquals } from "@std/assert";
import { rejects, rig, signaledPair } from "./rig.ts";

for (const echoes of [false, true]) {
  const kind = echoes ? "that everyone hears" : "between two";
  Deno.test(`VOIPService negotiates by itself over a channel ${kind}`, async () => {
    const { network, ann, ben, wire, clock } = await signaledPair(echoes);
    assertEquals(ann.log, ["connecting", "connected", "audio of ben"]);
    assertEquals(ben.log, ["connecting", "connected", "audio of ann"]);
    assertEquals(ann.voip.getState().quality, 100);
    assertEquals(network.connections.length, 2);
    await rejects(ann.voip.createOffer(), "not-manual");
    assertEquals([ann.candidates, ben.candidates], [[], []]);
    await ben.voip.enableMicrophone();
    await clock.run(100);
    const sent = network.connections.map((connection) =>
      connection.getTransceivers()[0].sender.track
    );
    assertEquals(
      sent.every((track) => track !== null),
      true,
    );
    ann.voip.close();
    await clock.run(100);
    assertEquals(ben.voip.getConnectionState(), "disconnected");
    ben.voip.close();
    await clock.run(10_000);
    assertEquals([wire.subscribed(), clock.waiting], [0, 0]);
    assert(network.connections.every((c) => c.signalingState === "closed"));
  });
}

Deno.test("VOIPService connects again when the other end begins anew, and mends what breaks", async () => {
  const { clock, network, person, wire, ann, ben } = await signaledPair();
  ben.voip.close();
  await clock.run(100);
  const again = person({ signaling: wire.b });
  await again.voip.createConnection("room", "ann");
  await clock.run(500);
  assertEquals(ann.voip.getConnectionState(), "connected");
  assertEquals(ann.streams.length, 2);
  network.isBlocked = true;
  await clock.run(8_000);
  assertEquals(ann.voip.getConnectionState(), "disconnected");
  await clock.run(30_000);
  assertEquals(ann.voip.getConnectionState(), "failed");
  network.isBlocked = false;
  await clock.run(60_000);
  assertEquals(ann.voip.getConnectionState(), "connected");
});

Deno.test("VOIPService: a pair that begins anew ends the earlier one, lost signals have it built anew", async () => {
  const { clock, network, person } = rig();
  const sent: { connection: number }[] = [];
  let tell = (_event: PairEvent) => {};
  const { voip } = person({
    signaling: {
      send: (data) => sent.push(data as { connection: number }),
      watch(listener) {
        tell = listener;
        return () => {};
      },
    },
  });
  await voip.createConnection("room", "ben");
  tell({ type: "signal", data: {} });
  tell({ type: "gap" });
  tell({ type: "pair", offer: true, polite: true });
  tell({ type: "pair", offer: true, polite: true });
  await clock.run(100);
  const states = network.connections.map((c) => c.signalingState);
  assertEquals(states, ["closed", "have-local-offer"]);
  tell({ type: "gap" });
  await clock.run(100);
  assertEquals(sent.at(-1)?.connection, 2);
  voip.close();
  tell({ type: "pair", offer: true, polite: true });
  assertEquals(network.connections.length, 3);
  assertEquals(voip.getConnectionState(), null);
});

Deno.test("VOIPService ignores nonsense from the channel", async () => {
  const { clock, wire, ann } = await signaledPair();
  const nonsense = [
    null,
    7,
    "x",
    {},
    { hello: "x" },
    { hello: -1 },
    { bye: 1, to: 2 },
    { from: 1, to: 2, signal: { connection: 9, candidates: [] } },
  ];
  for (const data of nonsense) wire.inject("a", data);
  // Of the right end, but for somebody else on the same channel.
  const [{ hello }] = wire.sent.slice(1) as { hello: number }[];
  wire.inject("a", { bye: hello, to: 1 });
  // For the right end, but of one that is not known.
  const [{ hello: mine }] = wire.sent as { hello: number }[];
  wire.inject("a", { bye: 1, to: mine });
  await clock.run(1_000);
  assertEquals(ann.voip.getConnectionState(), "connected");
  assertEquals(ann.streams.length, 1);
});

Deno.test("VOIPService tells when its channel fails", async () => {
  const { person } = rig();
  const failure = new Error("broken");
  const broken = () => {
    throw failure;
  };
  const ann = person({
    signaling: { send: broken, subscribe: () => () => {} },
  });
  await ann.voip.createConnection("room", "ben");
  assertEquals(ann.log, ["error signaling-failed"]);
  const ben = person({ signaling: { send() {}, subscribe: broken } });
  const error = await rejects(
    ben.voip.createConnection("room", "ann"),
    "signaling-failed",
  );
  assertEquals(error.cause, failure);
  assertEquals(ben.voip.getConnectionState(), null);
});

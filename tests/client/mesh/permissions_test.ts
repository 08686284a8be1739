import { assertEquals } from "@std/assert";
import { MEDIA, type MediaName } from "@/lib/client/mesh/negotiation.ts";
import type { Peer } from "@/lib/client/mesh/peer.ts";
import { mayBeSent } from "@/lib/client/mesh/permissions.ts";
import { ROOM } from "../../fakes/signaling_server.ts";
import { meshRig } from "./mesh_rig.ts";
import { ALL, connected, peerRig } from "./peer_rig.ts";

const NOTHING = new Set<MediaName>();
const everywhere = (
  direction: RTCRtpTransceiverDirection,
): (RTCRtpTransceiverDirection | null)[] => MEDIA.map(() => direction);

/** Whether there is a stream, by transceiver. */
function streams({ audio, video, screen, screenAudio }: Peer): boolean[] {
  return [audio, video, screen, screenAudio].map((stream) => stream !== null);
}

Deno.test("mayBeSent is decided by role and room", () => {
  const { media } = ROOM;
  const names = (...of: Parameters<typeof mayBeSent>) => [...mayBeSent(...of)];
  const all = ["microphone", "camera", "screen", "screenAudio"];
  assertEquals(names("host", media), all);
  assertEquals(names("speaker", media), all);
  assertEquals(names("listener", media), []);
  const sound = { ...media, video: false, screen: false };
  assertEquals(names("host", sound), ["microphone"]);
  assertEquals(names("speaker", { ...media, audio: false }), all.slice(1));
});

Deno.test("Peer refuses what is not accepted, whoever offers, and sends all the same", async () => {
  for (const offers of ["a", "b"] as const) {
    const { clock, network, end } = peerRig();
    const tracks = { a: ALL(), b: ALL() };
    const a = end("a", {
      offer: offers === "a",
      tracks: tracks.a,
      accepted: NOTHING,
    });
    const b = end("b", { offer: offers === "b", tracks: tracks.b });
    await clock.run(500);
    const [mine, theirs] = connected(network).map((connection) =>
      connection.getTransceivers().map((t) => t.currentDirection)
    );
    assertEquals(mine, everywhere("sendonly"));
    assertEquals(theirs, everywhere("recvonly"));
    assertEquals(streams(a), [false, false, false, false]);
    assertEquals(streams(b), [true, true, true, true]);
  }
});

Deno.test("Peer refuses m-lines that it does not know, and keeps refusing", async () => {
  const { clock, network, end } = peerRig();
  end("a", { offer: true, accepted: NOTHING });
  end("b", { offer: false });
  await clock.run(500);
  const [mine, theirs] = connected(network);
  theirs.addTransceiver("audio");
  await clock.run(500);
  const directions = () =>
    mine.getTransceivers().map((t) => t.currentDirection);
  assertEquals(directions(), [...everywhere("sendonly"), "inactive"]);
  theirs.addTransceiver("video");
  for (const transceiver of theirs.getTransceivers()) {
    transceiver.direction = "sendonly";
  }
  await clock.run(500);
  assertEquals(
    directions(),
    everywhere("inactive").concat(everywhere("inactive").slice(0, 2)),
  );
});

Deno.test("Peer accepts more, or less, in the middle of a call, by one offer", async () => {
  const { clock, network, end } = peerRig();
  const a = end("a", { offer: true });
  end("b", { offer: false });
  await clock.run(500);
  const { audio } = a;
  a.setAccepted(new Set(["microphone"]));
  assertEquals(streams(a), [true, false, false, false]);
  await clock.run(500);
  const [mine] = connected(network);
  const directions = () =>
    mine.getTransceivers().map((t) => t.currentDirection);
  assertEquals(directions(), ["sendrecv", "sendonly", "sendonly", "sendonly"]);
  a.setAccepted(new Set(["microphone", "camera"]));
  a.setAccepted(new Set(["microphone", "camera"]));
  await clock.run(500);
  assertEquals(directions()[1], "sendrecv");
  assertEquals(streams(a), [true, true, false, false]);
  assertEquals(a.audio === audio, true);
  assertEquals(mine.offers, 3);
});

Deno.test("Peer stands an m-line that the other side gives up", async () => {
  const { clock, network, end } = peerRig();
  const a = end("a", { offer: true });
  end("b", { offer: false });
  await clock.run(500);
  connected(network)[1].getTransceivers()[1].stop();
  await clock.run(500);
  a.setAccepted(NOTHING);
  await clock.run(500);
  assertEquals([a.state, connected(network).length], ["connected", 2]);
});

Deno.test("Mesh takes nothing of a listener, and sends nothing as one", async () => {
  const { clock, server, network, page } = meshRig();
  server.roles.set("b", "listener");
  const [a, b] = ["a", "b"].map(page);
  await clock.run(500);
  assertEquals(streams(a.mesh.peers.get("b")!), [false, false, false, false]);
  assertEquals(streams(b.mesh.peers.get("a")!), [true, true, true, true]);
  const sent = () =>
    network.connections.map((connection) =>
      connection.getTransceivers().filter((t) => t.sender.track).length
    ).sort();
  assertEquals(sent(), [0, MEDIA.length]);
  b.mesh.setTracks(ALL());
  await clock.run(500);
  assertEquals(sent(), [0, MEDIA.length]);
});

Deno.test("Mesh follows what the room allows, both ways", async () => {
  const { clock, server, network, page } = meshRig();
  const pages = ["a", "b"].map(page);
  await clock.run(500);
  const allow = async (media: typeof ROOM.media) => {
    for (const { memberId } of pages) {
      server.send(memberId, { type: "room", room: { ...ROOM, media } });
    }
    await clock.run(500);
  };
  const sent = () =>
    network.connections.map((connection) =>
      connection.getTransceivers().map((t) => t.sender.track !== null)
    );
  await allow({ ...ROOM.media, video: false, screen: false });
  const soundOnly = [true, false, false, false];
  assertEquals(sent(), [soundOnly, soundOnly]);
  for (const { mesh } of pages) {
    for (const peer of mesh.peers.values()) {
      assertEquals(streams(peer), soundOnly);
    }
  }
  await allow(ROOM.media);
  assertEquals(
    sent(),
    [ALL(), ALL()].map((all) => Object.values(all).map(Boolean)),
  );
  assertEquals(network.connections.length, 2);
});

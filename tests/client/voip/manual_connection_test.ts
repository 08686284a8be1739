import { DEFAULT_ICE_SERVERS } from "@/lib/client/voip/voip_options.ts";
import { assert, assertEquals } from "@std/assert";
import { manualPair, rejects, rig } from "./rig.ts";

Deno.test("VOIPService connects two by one offer and one answer carried by hand", async () => {
  const { network, ann, ben } = await manualPair();
  assertEquals(ann.log, ["connecting", "connected", "audio of ben"]);
  assertEquals(ben.log, ["connecting", "connected", "audio of ann"]);
  for (const { voip } of [ann, ben]) {
    assertEquals(voip.getConnectionState(), "connected");
    assertEquals(voip.getState().quality, 100);
  }
  const sent = network.connections.map((connection) =>
    connection.getTransceivers().map(({ sender }) => sender.track)
  );
  assertEquals(sent, [[ann.devices.tracks[0]], [null]]);
  await ben.voip.enableMicrophone();
  const [transceiver] = network.connections[1].getTransceivers();
  assertEquals(transceiver.currentDirection, "sendrecv");
  assert(transceiver.sender.track === ben.devices.tracks[0]);
  assertEquals(
    network.connections[0].getConfiguration().iceServers,
    [...DEFAULT_ICE_SERVERS],
  );
});

Deno.test("VOIPService waits 2 s for candidates, and not longer", async () => {
  const { clock, network, person } = rig();
  const { voip } = person();
  network.finds = false;
  await voip.createConnection("room", "ben");
  let offer: RTCSessionDescriptionInit | null = null;
  voip.createOffer().then((made) => offer = made);
  await clock.run(1_990);
  assertEquals(offer, null);
  await clock.run(30);
  assertEquals(offer!.type, "offer");
});

Deno.test("VOIPService: closed while it waits for candidates, it is done with at once", async () => {
  const { clock, network, person } = rig();
  const { voip } = person();
  network.finds = false;
  await voip.createConnection("room", "ben");
  const offering = voip.createOffer();
  offering.catch(() => {});
  await clock.run(500);
  voip.closeConnection();
  await rejects(offering, "cancelled");
  assertEquals(clock.waiting, 0);
});

Deno.test("VOIPService connects with candidates that come one by one, even before their description", async () => {
  const { clock, network, person, after } = rig();
  const [ann, ben] = [person(), person()];
  await ann.voip.createConnection("room", "ben");
  await ben.voip.createConnection("room", "ann");
  const offer = await after(100, ann.voip.createOffer());
  assertEquals(ann.candidates.length, 2);
  const bare = { ...JSON.parse(offer.sdp!), candidates: undefined };
  for (const candidate of ann.candidates) {
    await ben.voip.addIceCandidate(candidate);
  }
  network.finds = false;
  await after(
    100,
    ben.voip.setRemoteOffer({ type: "offer", sdp: JSON.stringify(bare) }),
  );
  const answer = await after(2_100, ben.voip.createAnswer());
  await after(100, ann.voip.setRemoteAnswer(answer));
  assertEquals(network.connections[1].ice.candidates.length, 2);
  await clock.run(100);
  assertEquals(ann.voip.getConnectionState(), "connected");
});

Deno.test("VOIPService refuses what comes in the wrong state, and goes on", async () => {
  const { person, after } = rig();
  const [ann, ben] = [person(), person()];
  const some = { type: "offer", sdp: "" } as const;
  await rejects(ann.voip.createOffer(), "no-connection");
  await rejects(ann.voip.setRemoteOffer(some), "no-connection");
  await rejects(ann.voip.addIceCandidate({}), "no-connection");
  await rejects(ann.voip.createConnection("", "ben"), "invalid-argument");
  await rejects(ann.voip.createConnection("room", ""), "invalid-argument");
  await ann.voip.createConnection("room", "ben");
  await ben.voip.createConnection("room", "ann");
  await rejects(
    ann.voip.createConnection("room", "ben"),
    "already-connected",
  );
  await rejects(ann.voip.createAnswer(), "wrong-state");
  await rejects(
    ann.voip.setRemoteAnswer({ type: "answer", sdp: "" }),
    "wrong-state",
  );
  const offer = await after(100, ann.voip.createOffer());
  await rejects(ann.voip.setRemoteOffer(offer), "wrong-state");
  await after(100, ben.voip.setRemoteOffer(offer));
  await rejects(ben.voip.createOffer(), "wrong-state");
  const answer = await after(100, ben.voip.createAnswer());
  await rejects(ben.voip.createAnswer(), "wrong-state");
  await after(100, ann.voip.setRemoteAnswer(answer));
  assertEquals(ann.voip.getConnectionState(), "connected");
});

Deno.test("VOIPService refuses descriptions and candidates that are none", async () => {
  const { person, after } = rig();
  const { voip } = person();
  await voip.createConnection("room", "ben");
  const bad = [null, {}, { type: "answer", sdp: "" }, { type: "offer" }];
  for (const offer of bad as RTCSessionDescriptionInit[]) {
    await rejects(voip.setRemoteOffer(offer), "invalid-description");
  }
  const broken = { type: "offer", sdp: "v=0 and nothing" } as const;
  const error = await rejects(
    after(100, voip.setRemoteOffer(broken)),
    "invalid-description",
  );
  assert(error.cause instanceof DOMException);
  await rejects(
    voip.addIceCandidate(null as unknown as RTCIceCandidateInit),
    "invalid-candidate",
  );
  const other = person();
  await other.voip.createConnection("room", "ann");
  const offer = await after(100, other.voip.createOffer());
  await after(100, voip.setRemoteOffer(offer));
  await rejects(
    after(100, voip.addIceCandidate({ usernameFragment: "unheard of" })),
    "invalid-candidate",
  );
});

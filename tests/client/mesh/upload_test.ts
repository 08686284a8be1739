import { assertEquals } from "@std/assert";
import { meshRig, type Page } from "./mesh_rig.ts";

/** The caps of everything that carries that page's camera, in bit/s. */
function cameras(page: Page, network: ReturnType<typeof meshRig>["network"]) {
  return network.connections
    .filter(({ signalingState }) => signalingState !== "closed")
    .flatMap((connection) => connection.getTransceivers())
    .filter(({ sender }) => (sender.track as unknown) === page.tracks.camera)
    .map(({ sender }) => sender.encoding.maxBitrate);
}

Deno.test("Mesh: the upload is shared by those who are there", async () => {
  const { clock, network, page } = meshRig();
  const a = page("a");
  page("b");
  await clock.run(1_000);
  assertEquals(cameras(a, network), [1_700_000]);
  const c = page("c");
  await clock.run(1_000);
  assertEquals(cameras(a, network), [1_200_000, 1_200_000]);
  c.session.leave();
  await clock.run(1_000);
  c.close();
  assertEquals(cameras(a, network), [1_700_000]);
});

Deno.test("Mesh: what a page shows of a member holds before that member comes", async () => {
  const { clock, network, page } = meshRig();
  const a = page("a");
  a.shown.set("b", { camera: "small", screen: true });
  await clock.run(100);
  const b = page("b");
  await clock.run(1_000);
  assertEquals(cameras(a, network), [1_700_000]);
  assertEquals(cameras(b, network), [160_000]);
});

/** What a pair's line carries, and how good it is said to be. */
import { assert, assertEquals } from "@std/assert";
import type { Call } from "@/lib/client/call/call.ts";
import type { CameraSize } from "@/lib/client/mesh/bitrate_policy.ts";
import type { Quality } from "@/lib/client/mesh/quality.ts";
import { enterRoom, openLibrary, serveLibrary } from "./library_page.ts";
import type { PeerHook } from "./page_hooks.ts";
import { browserTest, newTab, person, WITH_CHROMIUM } from "./people.ts";
import { Product } from "./server.ts";
import { type Tab, until } from "./tab.ts";

/** What the test finds in its pages. */
interface LibraryPage {
  call: Call;
  ringdownPeers: PeerHook;
}

async function makeRoom(origin: string): Promise<string> {
  const answer = await fetch(`${origin}/api/rooms`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ type: "video" }),
  });
  const { roomId } = await answer.json();
  return roomId;
}

/** Of the other person. */
async function quality(tab: Tab): Promise<Quality> {
  const seen = await tab.waitFor(
    () =>
      (globalThis as unknown as LibraryPage).call.view.participants[0]?.quality,
    { what: "the quality" },
  );
  return seen!;
}

/** What goes out through the transceiver of that number. */
function sent(tab: Tab, transceiver: number) {
  return tab.evaluate(async (transceiver) => {
    const page = globalThis as unknown as LibraryPage;
    const pc = page.ringdownPeers.all.at(-1)!;
    const { sender } = pc.getTransceivers()[transceiver];
    let out: Partial<RTCOutboundRtpStreamStats> = {};
    (await sender.getStats()).forEach((stat) => {
      if (stat.type === "outbound-rtp") out = stat;
    });
    const { maxBitrate, active } = sender.getParameters().encodings[0];
    return {
      maxBitrate,
      active,
      bytes: out.bytesSent ?? 0,
      packets: out.packetsSent ?? 0,
      height: out.frameHeight ?? 0,
    };
  }, transceiver);
}

/** How much `field` grows in a second. */
async function growth(
  tab: Tab,
  transceiver: number,
  field: "bytes" | "packets",
) {
  const before = await sent(tab, transceiver);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  return (await sent(tab, transceiver))[field] - before[field];
}

async function setMicrophone(tab: Tab, on: boolean): Promise<void> {
  await tab.evaluate(
    (on) => (globalThis as unknown as LibraryPage).call.setMicrophone(on),
    on,
  );
}

async function show(tab: Tab, camera: CameraSize): Promise<void> {
  await tab.evaluate((camera) => {
    const { call } = globalThis as unknown as LibraryPage;
    const [{ memberId }] = call.view.participants;
    call.show(memberId, { camera, screen: true });
  }, camera);
}

/** The Opus parameters that the tab was told by the other side, by audio m-line. */
async function opus(tab: Tab): Promise<Record<string, string>[]> {
  const sdp = await tab.evaluate(() => {
    const { ringdownPeers } = globalThis as unknown as LibraryPage;
    return ringdownPeers.all.at(-1)!.currentRemoteDescription!.sdp;
  });
  return sdp.split(/^(?=m=)/m).filter((section) =>
    section.startsWith("m=audio")
  ).map((section) => {
    const [, payload] = /a=rtpmap:(\d+) opus/.exec(section)!;
    const [, line] = new RegExp(`a=fmtp:${payload} (.*)`).exec(section)!;
    return Object.fromEntries(line.trim().split(";").map((p) => p.split("=")));
  });
}

for (const [one, other] of WITH_CHROMIUM) {
  browserTest(
    [one, other],
    "the path is good, the sound goes as agreed, and no more picture is sent than is shown",
    async () => {
      await using site = await serveLibrary();
      await using product = await Product.start({
        env: { CORS_ORIGIN: site.origin },
      });
      await using ann = await person(one, 440);
      await using ben = await person(other, 880);
      const [a, b] = [await newTab(ann), await newTab(ben)];
      const room = await makeRoom(product.origin);
      for (const tab of [a, b]) {
        await openLibrary(tab, site.origin);
        await enterRoom(tab, { server: product.origin, room, name: "Anyone" });
        await tab.evaluate(() =>
          (globalThis as unknown as LibraryPage).call.setCamera(true)
        );
      }

      for (const tab of [a, b]) {
        const seen = await quality(tab);
        assertEquals(seen.path, "direct");
        const [microphone, screenAudio] = await opus(tab);
        assertEquals(microphone.useinbandfec, "1");
        assertEquals(microphone.usedtx, "1");
        assertEquals(microphone.stereo, "0");
        assertEquals(screenAudio.useinbandfec, "1");
        assertEquals(screenAudio.usedtx, undefined);
        assertEquals(screenAudio.stereo, "1");
        await until(async () => (await quality(tab)).score >= 80, {
          what: "a good path",
        });
      }
      for (const [tab, viewer] of [[a, b], [b, a]]) {
        assertEquals((await sent(tab, 0)).maxBitrate, 40_000);
        await until(async () => (await sent(tab, 1)).maxBitrate === 1_700_000, {
          what: "the cap of a camera",
        });
        await until(async () => (await sent(tab, 1)).height > 180, {
          what: "a large picture",
        });
        await show(viewer, "small");
        await until(
          async () => {
            const { height, maxBitrate } = await sent(tab, 1);
            return height > 0 && height <= 180 && maxBitrate === 160_000;
          },
          { what: "a small picture" },
        );
        await show(viewer, "none");
        await until(async () => await growth(tab, 1, "bytes") === 0, {
          what: "no picture",
        });
        assert(await growth(tab, 0, "packets") > 20, "the sound has stopped");
        await show(viewer, "large");
        await until(async () => (await sent(tab, 1)).height > 180, {
          what: "a large picture again",
        });
        assert(await growth(tab, 1, "bytes") > 0);
        await setMicrophone(tab, false);
        // With DTX silence would be a packet every 400 ms (RFC 6716, 2.1.9).
        await until(async () => await growth(tab, 0, "packets") === 0, {
          what: "a muted microphone that is sent to nobody",
        });
        await setMicrophone(tab, true);
        await until(async () => await growth(tab, 0, "packets") > 20, {
          what: "the sound again",
        });
      }
      for (const tab of [a, b]) {
        assert(tab.problems.length === 0, tab.problems.join("\n"));
      }
    },
  );
}

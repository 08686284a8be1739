/** The client library as one file, on a plain page of another site. */
import { assert, assertEquals } from "@std/assert";
import { openChromium } from "./chromium.ts";
import { serveExamples } from "./examples.ts";
import { assertHears, assertSilent } from "./in_call.ts";
import { ROOT } from "./lock.ts";
import { browserTest, newTab, person } from "./people.ts";
import { Product } from "./server.ts";
import type { Tab } from "./tab.ts";

/** Waits until the example says that it is connected, and what it plays is that tone. */
async function assertConnected(tab: Tab, hz: number): Promise<void> {
  await tab.waitFor(
    () => document.querySelector("#state")?.textContent === "VOIP: connected",
    { what: "the connection", timeoutMs: 30_000 },
  );
  await assertHears(tab, hz);
}

browserTest(
  ["Chromium", "Chromium"],
  "two talk on the example of the client library, a plain page of another site",
  async () => {
    await using site = await serveExamples();
    await using product = await Product.start({
      env: { CORS_ORIGIN: site.origin },
    });
    await using ann = await person("Chromium", 440);
    await using ben = await person("Chromium", 880);
    const [a, b] = [await newTab(ann), await newTab(ben)];
    await a.goto(
      `${site.origin}/examples/voip.html?server=${product.origin}`,
    );
    await a.click({ role: "button", name: "Call" });
    await a.waitFor(
      () => document.querySelector("#state")?.textContent?.includes("Waiting"),
      { what: "Ann in the room" },
    );
    await b.goto(await a.evaluate(() => location.href));
    await b.click({ role: "button", name: "Call" });
    await assertConnected(a, 880);
    await assertConnected(b, 440);
    await a.click({ role: "button", name: "Mute" });
    await assertSilent(b);
    await a.click({ role: "button", name: "Unmute" });
    await assertHears(b, 440);
    await a.click({ role: "button", name: "Leave" });
    await b.waitFor(
      () =>
        document.querySelector("#state")?.textContent === "VOIP: disconnected",
      { what: "that Ann has left" },
    );
    for (const tab of [a, b]) {
      assert(tab.problems.length === 0, tab.problems.join("\n"));
    }
  },
);

/** The design that `VOIPService` is named by has this example; where its imports come from is left out. */
const DESIGN = `
import { VOIPService } from
import { RoomManager } from
// Initialize VOIP service
const voipService = new VOIPService({
  iceServers: [
    { urls: 'stun:stun.l.google.com:19302' },
    // Add TURN servers for difficult networks
  ],
  audioConstraints: {
    echoCancellation: true,
    noiseSuppression: true,
    autoGainControl: true,
  },
  onAudioStream: (stream, userId) => {
    // Handle incoming audio stream
    const audio = new Audio();
    audio.srcObject = stream;
    audio.play();
  },
  onConnectionStateChange: (state) => {
    console.log('VOIP connection state:', state);
  },
  onError: (error) => {
    console.error('VOIP error:', error);
  },
});
// Enable microphone
await voipService.enableMicrophone();
// Create connection (uses same room as chat)
await voipService.createConnection(roomId, userId);
// Create offer (if room creator)
const offer = await voipService.createOffer();
// Send offer via signaling server...
// Set remote answer
await voipService.setRemoteAnswer(answer);
`;

browserTest(
  ["Chromium", "Chromium"],
  "the design's own example, line by line, connects two",
  async () => {
    const page = (await Deno.readTextFile(`${ROOT}examples/by_hand.html`))
      .split("\n").map((line) => line.trim());
    let at = 0;
    // The formatter has the quotes its own way.
    for (const line of DESIGN.replaceAll("'", '"').trim().split("\n")) {
      const next = page.findIndex((own, i) =>
        i >= at && own.startsWith(line.trim())
      );
      assert(next >= 0, `not there, or not in its place: ${line}`);
      at = next + 1;
    }

    await using site = await serveExamples();
    await using product = await Product.start({
      env: { CORS_ORIGIN: site.origin },
    });
    // The example's STUN server is a real one, and not for tests.
    const args = ["--host-resolver-rules=MAP stun.l.google.com ~NOTFOUND"];
    await using ann = await openChromium({ tone: 440, args });
    await using ben = await openChromium({ tone: 880, args });
    const [a, b] = [await newTab(ann), await newTab(ben)];
    await a.goto(
      `${site.origin}/examples/by_hand.html?server=${product.origin}`,
    );
    await a.click({ role: "button", name: "Call" });
    const link = await a.waitFor(
      () => document.querySelector("#link")!.textContent?.match(/http.*/)?.[0],
      { what: "a link to send" },
    );
    await b.goto(link!);
    await b.click({ role: "button", name: "Call" });
    for (const tab of [a, b]) {
      await tab.waitFor(
        () => document.querySelector("#state")!.textContent === "You can talk.",
        { what: "an offer and an answer" },
      );
    }
    // The example's own players are in no document.
    await assertHears(a, 880, "receivers");
    await assertHears(b, 440, "receivers");
    for (const tab of [a, b]) {
      assertEquals(tab.problems, []);
      assertEquals(
        tab.lines.filter((line) => line.includes("VOIP")).at(-1),
        "log: VOIP connection state: connected",
      );
    }
  },
);

// deno-lint-ignore no-explicit-any -- names that live in the page only.
type Page = any;

/** The description with nothing in it of where its end can be reached. */
function withoutCandidates(
  { type, sdp }: RTCSessionDescriptionInit,
): RTCSessionDescriptionInit {
  return { type, sdp: sdp!.replaceAll(/^a=candidate:.*\r\n/gm, "") };
}

browserTest(
  ["Chromium", "Chromium"],
  "VOIPService connects two by an offer, an answer and candidates carried by hand",
  async () => {
    await using site = await serveExamples();
    await using ann = await person("Chromium", 440);
    await using ben = await person("Chromium", 880);
    const [a, b] = [await newTab(ann), await newTab(ben)];
    for (const tab of [a, b]) {
      await tab.goto(`${site.origin}/examples/voip.html`);
      await tab.evaluate(async () => {
        const page = globalThis as Page;
        const { VOIPService } = await page.eval('import("/dist/ringdown.js")');
        page.candidates = [];
        page.voip = new VOIPService({
          iceServers: [],
          onIceCandidate: (candidate: RTCIceCandidateInit) =>
            page.candidates.push(candidate),
          onAudioStream: (stream: MediaStream) =>
            document.querySelector("audio")!.srcObject = stream,
          onConnectionStateChange: (state: string) =>
            document.querySelector("#state")!.textContent = `VOIP: ${state}`,
        });
        await page.voip.createConnection("room", "other");
      });
    }
    await a.evaluate(async () => {
      await (globalThis as Page).voip.enableMicrophone();
    });
    const offer = await a.evaluate(() =>
      (globalThis as Page).voip.createOffer()
    );
    const answer = await b.evaluate(async (offer) => {
      const { voip } = globalThis as Page;
      await voip.setRemoteOffer(offer);
      return await voip.createAnswer();
    }, withoutCandidates(offer));
    await a.evaluate(
      (answer) => (globalThis as Page).voip.setRemoteAnswer(answer),
      withoutCandidates(answer),
    );
    for (const [from, to] of [[a, b], [b, a]]) {
      await to.evaluate(
        async (candidates) => {
          const { voip } = globalThis as Page;
          for (const candidate of candidates) {
            await voip.addIceCandidate(candidate);
          }
        },
        await from.evaluate<RTCIceCandidateInit[]>(() =>
          (globalThis as Page).candidates
        ),
      );
    }
    // His microphone comes when all is negotiated: it needs no new offer.
    await b.evaluate(async () => {
      await (globalThis as Page).voip.enableMicrophone();
    });
    await assertConnected(a, 880);
    await assertConnected(b, 440);
    const state = await a.evaluate(() => (globalThis as Page).voip.getState());
    assertEquals(state.microphone, "on");
    assert(state.quality > 50 && state.quality <= 100, `${state.quality}`);
    assert(state.inputLevel > 0 && state.inputLevel <= 100);
    const failures = await a.evaluate(async () => {
      const page = globalThis as Page;
      const { VOIPService } = await page.eval('import("/dist/ringdown.js")');
      const codes: string[] = [];
      const voip = new VOIPService({
        signaling: {
          send() {
            throw new Error("broken");
          },
          subscribe: () => () => {},
        },
        onError: (error: { code: string }) => codes.push(error.code),
      });
      await voip.createConnection("room", "other");
      voip.close();
      return codes;
    });
    assertEquals(failures, ["signaling-failed"]);
    await a.evaluate(() => (globalThis as Page).voip.close());
    assertEquals(
      await a.evaluate(() => (globalThis as Page).voip.getConnectionState()),
      null,
    );
  },
);

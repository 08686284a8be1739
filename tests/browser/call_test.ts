/** The main job: two people open a link and talk. */
import { assertEquals } from "@std/assert";
import {
  assertHears,
  assertMoves,
  assertNoGap,
  assertSilent,
  longestGapOver,
} from "./in_call.ts";
import type { PeerHook } from "./page_hooks.ts";
import {
  browserTest,
  callOfTwo,
  inTouch,
  OTHER,
  PAIRS,
  WITH_CHROMIUM,
} from "./people.ts";
import type { Product } from "./server.ts";
import type { Tab } from "./tab.ts";

/** Restarts ICE and waits until the pair has agreed on new credentials (RFC 8445, 9): signaling and negotiation work. */
async function restartIce(tab: Tab): Promise<void> {
  const before = await tab.evaluate(() => {
    const { ringdownPeers } = globalThis as unknown as {
      ringdownPeers: PeerHook;
    };
    const peer = ringdownPeers.all.at(-1)!;
    const ufrag = /a=ice-ufrag:(\S+)/.exec(peer.remoteDescription!.sdp)![1];
    peer.restartIce();
    return ufrag;
  });
  await tab.waitFor(
    (before) => {
      const { ringdownPeers } = globalThis as unknown as {
        ringdownPeers: PeerHook;
      };
      const peer = ringdownPeers.all.at(-1)!;
      const ufrag = /a=ice-ufrag:(\S+)/.exec(peer.remoteDescription!.sdp)![1];
      return ufrag !== before && peer.signalingState === "stable" &&
        peer.connectionState === "connected";
    },
    { what: "an ICE restart" },
    before,
  );
}

/** Makes an offer that changes nothing, and waits for the answer. */
async function offerAnew(tab: Tab): Promise<void> {
  await tab.evaluate(() => {
    const page = globalThis as unknown as {
      ringdownPeers: PeerHook;
      signalingStates: RTCSignalingState[];
    };
    const peer = page.ringdownPeers.all.at(-1)!;
    page.signalingStates = [];
    peer.addEventListener("signalingstatechange", () => {
      page.signalingStates.push(peer.signalingState);
    });
    peer.dispatchEvent(new Event("negotiationneeded"));
  });
  await tab.waitFor(
    () => {
      const { signalingStates } = globalThis as unknown as {
        signalingStates: RTCSignalingState[];
      };
      return signalingStates.join() === "have-local-offer,stable";
    },
    { what: "an answer to a new offer" },
  );
}

/** The server goes without a farewell, and comes again; both pages notice. */
async function restart(product: Product, tabs: Tab[]): Promise<void> {
  await product.kill();
  await Promise.all(
    tabs.map((tab) =>
      tab.waitFor(() => document.body.innerText.includes("Reconnecting"), {
        what: "the note that the service is gone",
      })
    ),
  );
  await product.start();
  await Promise.all(
    tabs.map((tab) =>
      tab.waitFor(() => !document.body.innerText.includes("Reconnecting"), {
        what: "the service back",
        timeoutMs: 30_000,
      })
    ),
  );
}

for (const [one, other] of PAIRS) {
  browserTest(
    [one, other],
    "hear, see, write to and leave each other",
    async () => {
      await using call = await callOfTwo([one, other], "video");
      const { a, b } = call;
      assertEquals((await a.see(`${OTHER} bdi`)).trim(), "Ben");
      assertEquals((await b.see(`${OTHER} bdi`)).trim(), "Ann");

      await Promise.all([assertHears(a, 880), assertHears(b, 440)]);
      await Promise.all([assertMoves(a), assertMoves(b)]);

      await a.click({ role: "button", name: "Mute microphone" });
      await b.waitFor(
        () =>
          document.querySelector(".tile:not(.self)")!.textContent!.includes(
            "Microphone off",
          ),
        { what: "the mark of who is muted" },
      );
      await assertSilent(b);
      await assertHears(a, 880);
      await a.click({ role: "button", name: "Unmute microphone" });
      await assertHears(b, 440);
      await b.click({ role: "button", name: "Mute microphone" });
      await a.waitFor(
        () =>
          document.querySelector(".tile:not(.self)")!.textContent!.includes(
            "Microphone off",
          ),
        { what: "the mark of who is muted" },
      );
      await assertSilent(a);
      await b.click({ role: "button", name: "Unmute microphone" });
      await assertHears(a, 880);

      await b.click({ role: "button", name: "Stop video" });
      await a.gone(`${OTHER} video`);
      await b.click({ role: "button", name: "Start video" });
      await a.see(`${OTHER} video`);
      await assertMoves(a);

      await a.click({ role: "button", name: "Chat" });
      await a.fill(
        { role: "textbox", name: "Message" },
        "hello <b>Ben</b> https://example.org",
      );
      await a.press("Enter");
      await b.click({ role: "button", name: "Chat, 1 new" });
      await b.waitFor(
        () => document.body.innerText.includes("hello <b>Ben</b>"),
        {
          what: "Ann's message",
        },
      );
      assertEquals(
        await b.evaluate(() =>
          document.querySelector(
            'a[href="https://example.org/"], a[href="https://example.org"]',
          )?.getAttribute("rel")?.includes("noopener")
        ),
        true,
      );

      await b.click({ role: "button", name: "Leave" });
      await a.gone(OTHER);
      await b.waitFor(() => document.body.innerText.includes("You left"), {
        what: "the page after the call",
      });
      assertEquals([a.problems, b.problems], [[], []]);
    },
  );
}

for (const [one, other] of WITH_CHROMIUM) {
  browserTest(
    [one, other],
    "do not notice that the server was restarted",
    async () => {
      await using call = await callOfTwo([one, other], "sound");
      const { product, a, b } = call;

      await assertNoGap(() =>
        longestGapOver(a, b, () => restart(product, [a, b]))
      );
      assertEquals(
        await a.evaluate(() =>
          (globalThis as unknown as { ringdownPeers: PeerHook }).ringdownPeers
            .all.length
        ),
        1,
      );

      await restartIce(a);
      // No ICE restart by Chromium: it may leave Firefox deaf for some 10 s (docs/architecture.md).
      await offerAnew(b);
      await b.click({ role: "button", name: "Start video" });
      await a.see(`${OTHER} video`);
      await assertMoves(a);
      await Promise.all([assertHears(a, 880), assertHears(b, 440)]);
    },
  );

  browserTest(
    [one, other],
    "a reload comes back into the call as the same person",
    async () => {
      await using call = await callOfTwo([one, other], "sound");
      const { a, b } = call;
      for (const [reloaded, other] of [[a, b], [b, a]]) {
        await reloaded.reload();
        await Promise.all([inTouch(a), inTouch(b)]);
        await Promise.all([assertHears(a, 880), assertHears(b, 440)]);
        assertEquals(
          await other.evaluate(() => document.querySelectorAll(".tile").length),
          2,
        );
      }
    },
  );
}

/**
 * A page with the barest of calls, for the harness's own tests: one peer
 * connection, no signaling (the test carries the descriptions across), and a
 * content security policy as strict as the product's.
 */
import type { Person, Tab } from "./tab.ts";
import { hookPeers, rawMicrophone } from "./page_hooks.ts";

const SCRIPT = `
const pc = globalThis.pc = new RTCPeerConnection();
pc.ontrack = ({ track, streams: [stream] }) => {
  document.querySelector(track.kind).srcObject = stream;
};
async function gathered() {
  while (pc.iceGatheringState !== "complete") {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { type: pc.localDescription.type, sdp: pc.localDescription.sdp };
}
globalThis.call = {
  async take(media) {
    const mine = await navigator.mediaDevices.getUserMedia(media);
    globalThis.mine = mine;
    for (const track of mine.getTracks()) {
      pc.addTrack(track, new MediaStream([track]));
    }
  },
  async offer() {
    await pc.setLocalDescription();
    return await gathered();
  },
  async answer(offer) {
    await pc.setRemoteDescription(offer);
    await pc.setLocalDescription();
    return await gathered();
  },
  async accept(answer) {
    await pc.setRemoteDescription(answer);
  },
};
document.querySelector("button").onclick = (event) => {
  const name = document.querySelector("input").value;
  document.querySelector("p").textContent = "Hello " + name;
  event.target.hidden = true;
};
`;

const PAGE = `<!doctype html>
<html lang="en"><head><title>Bare call</title>
<link rel="stylesheet" href="/page.css"></head>
<body><main><h1>Bare call</h1>
<label>Your name <input></label> <button>Join the call</button><p>Waiting</p>
<audio autoplay></audio><video autoplay playsinline></video>
</main><script src="/page.js" nonce="once"></script></body></html>`;

const STYLE = `
:root { color-scheme: light dark; }
body { background: light-dark(white, black); color: light-dark(black, white); }
`;

/** Serves the page on a free port; `/flawed` has a picture with no text. */
export function serveCallPage() {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    (request) => {
      const { pathname } = new URL(request.url);
      if (pathname === "/page.js") return answer(SCRIPT, "text/javascript");
      if (pathname === "/page.css") return answer(STYLE, "text/css");
      if (pathname === "/favicon.ico") return answer("", "image/x-icon");
      const flaw = `<img src="/favicon.ico"></main>`;
      return answer(
        pathname === "/flawed" ? PAGE.replace("</main>", flaw) : PAGE,
        "text/html",
      );
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}/`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function answer(body: string, type: string): Response {
  return new Response(body, {
    headers: {
      "content-type": `${type}; charset=utf-8`,
      "content-security-policy":
        "default-src 'self'; script-src 'self' 'nonce-once'",
    },
  });
}

/** What the page's script and its hooks put there. */
// deno-lint-ignore no-explicit-any -- names that live in the page only.
type Page = any;

/** Opens the page for two people and connects them. */
export async function connect(
  url: string,
  one: Person,
  other: Person,
  media: MediaStreamConstraints = { audio: true, video: true },
): Promise<[Tab, Tab]> {
  const [a, b] = await Promise.all([one, other].map(async (person) => {
    const tab = await person.newTab();
    await hookPeers(tab);
    await rawMicrophone(tab);
    await tab.goto(url);
    await tab.evaluate((media) => (globalThis as Page).call.take(media), media);
    return tab;
  }));
  const offer = await a.evaluate(() => (globalThis as Page).call.offer());
  const answer = await b.evaluate(
    (offer) => (globalThis as Page).call.answer(offer),
    offer,
  );
  await a.evaluate(
    (answer) => (globalThis as Page).call.accept(answer),
    answer,
  );
  for (const tab of [a, b]) {
    await tab.waitFor(
      () => {
        const page = globalThis as Page;
        return page.pc.connectionState === "connected" &&
          document.querySelector("audio")!.currentTime > 0.5;
      },
      { what: "sound" },
    );
  }
  return [a, b];
}

/** Silences the tab's own microphone for so long; gives how long it was. */
export async function muteFor(tab: Tab, ms: number): Promise<number> {
  return await tab.evaluate(async (ms) => {
    const [track] = (globalThis as Page).mine.getAudioTracks();
    const start = performance.now();
    track.enabled = false;
    await new Promise((resolve) => setTimeout(resolve, ms));
    track.enabled = true;
    return performance.now() - start;
  }, ms);
}

/** Silences the tab's own microphone for good. */
export async function mute(tab: Tab): Promise<void> {
  await tab.evaluate(() => {
    (globalThis as Page).mine.getAudioTracks()[0].enabled = false;
  });
}

/** Freezes or thaws the tab's own camera. */
export async function camera(tab: Tab, on: boolean): Promise<void> {
  await tab.evaluate((on) => {
    const [track] = (globalThis as Page).mine.getVideoTracks();
    track.enabled = on;
  }, on);
}

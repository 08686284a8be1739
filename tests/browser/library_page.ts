/**
 * A plain page that holds nothing but the client library, as `ringdown`: for
 * what the product's own pages have no button for, or not yet. Sounds and
 * pictures come from oscillators and canvases, so that a test knows each.
 */
import { buildLibrary } from "./build.ts";
import { ROOT } from "./lock.ts";
import type { Tab } from "./tab.ts";

const PAGE = `<!doctype html>
<html lang="en"><head><title>Client library</title><link rel="icon" href="data:,"></head>
<body><h1>Client library</h1><button>Touch</button>
<script type="module">
import * as ringdown from "/dist/ringdown.js";
globalThis.ringdown = ringdown;
</script></body></html>`;

/** Builds the library and serves the page. */
export async function serveLibrary() {
  await buildLibrary();
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    async (request) => {
      const isScript = new URL(request.url).pathname === "/dist/ringdown.js";
      return new Response(
        isScript ? await Deno.readFile(`${ROOT}dist/ringdown.js`) : PAGE,
        {
          headers: {
            "content-type": isScript ? "text/javascript" : "text/html",
          },
        },
      );
    },
  );
  return {
    origin: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

// deno-lint-ignore no-explicit-any -- names that live in the page only.
export type Page = any;

/** Opens the page, and gives it sources: `page.tone(hz)` and `page.picture()` are tracks. */
export async function openLibrary(tab: Tab, origin: string): Promise<void> {
  await tab.goto(origin);
  await tab.waitFor(() => (globalThis as Page).ringdown !== undefined, {
    what: "the client library",
  });
  await tab.evaluate(() => {
    const page = globalThis as Page;
    page.sources = new AudioContext();
    page.tone = (hz: number, gain = 0.25): MediaStreamTrack => {
      const { sources } = page;
      const oscillator = new OscillatorNode(sources, { frequency: hz });
      const to = sources.createMediaStreamDestination();
      oscillator.connect(new GainNode(sources, { gain })).connect(to);
      oscillator.start();
      return to.stream.getAudioTracks()[0];
    };
    page.picture = (): MediaStreamTrack => {
      const canvas = document.createElement("canvas");
      const brush = canvas.getContext("2d")!;
      let frame = 0;
      const draw = () => {
        brush.fillStyle = ["black", "white"][frame++ % 2];
        brush.fillRect(0, 0, canvas.width, canvas.height);
      };
      const [track] = canvas.captureStream(10).getVideoTracks();
      const drawing = setInterval(draw, 100);
      const stop = track.stop.bind(track);
      track.stop = () => {
        clearInterval(drawing);
        stop();
      };
      return track;
    };
    /** What another page gets when that track is sent to it. */
    page.received = async (track: MediaStreamTrack): Promise<MediaStream> => {
      const [from, to] = [new RTCPeerConnection(), new RTCPeerConnection()];
      for (const [one, other] of [[from, to], [to, from]]) {
        one.onicecandidate = ({ candidate }) =>
          other.addIceCandidate(candidate ?? undefined);
      }
      const come = new Promise<MediaStreamTrack>((resolve) =>
        to.ontrack = ({ track }) => resolve(track)
      );
      from.addTrack(track);
      await from.setLocalDescription();
      await to.setRemoteDescription(from.localDescription!);
      await to.setLocalDescription();
      await from.setRemoteDescription(to.localDescription!);
      return new MediaStream([await come]);
    };
  });
}

/** Enters a room from the library's page: `page.media`, `page.call`, `page.playback` and `page.activity`, each by its own class. */
export async function enterRoom(
  tab: Tab,
  what: { server: string; room: string; name: string },
): Promise<void> {
  await tab.evaluate(async ({ server, room, name }) => {
    const page = globalThis as Page;
    const { LocalMedia, Call, Playback, Activity } = page.ringdown;
    page.media = new LocalMedia({
      mediaDevices: page.mediaDevices,
      audioConstraints: {
        echoCancellation: false,
        noiseSuppression: false,
        autoGainControl: false,
      },
    });
    page.playback = new Playback();
    page.activity = new Activity();
    page.call = new Call({ room, name, media: page.media, baseUrl: server });
    page.call.subscribe(({ me, participants }: Page) => {
      page.playback.update(participants);
      page.activity.update(me, page.media.view, participants);
    });
    await page.media.open({ microphone: true, camera: false });
    await page.call.start();
  }, what);
}

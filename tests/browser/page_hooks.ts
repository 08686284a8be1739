/**
 * What a test may put into a page before its own scripts run. Each hook
 * leaves the page's own objects and their prototypes as they are.
 */
import { type Tab, until } from "./tab.ts";

/** Every peer connection that the page has made, in order. */
export interface PeerHook {
  all: RTCPeerConnection[];
}

/** Makes `globalThis.ringdownPeers.all` known to the tab's later pages. */
export async function hookPeers(tab: Tab): Promise<void> {
  await tab.beforeLoad(() => {
    // deno-lint-ignore no-explicit-any -- a name that only the test knows.
    const page = globalThis as any;
    const hook: PeerHook = { all: [] };
    page.ringdownPeers = hook;
    page.RTCPeerConnection = new Proxy(page.RTCPeerConnection, {
      construct(target, args, newTarget) {
        const pc = Reflect.construct(target, args, newTarget);
        hook.all.push(pc);
        return pc;
      },
    });
  }, undefined);
}

/**
 * Says so on the console as soon as the tab's later pages show a text. For
 * what has to be waited for without looking: browsers take a driver's look
 * for a person's touch, after which they block no sound.
 *
 * @returns waits until it is shown.
 */
export async function tellsWhenShown(
  tab: Tab,
  text: string,
): Promise<() => Promise<void>> {
  const line = `shown: ${text}`;
  await tab.beforeLoad(({ text, line }) => {
    const watch = setInterval(() => {
      if (!document.body?.innerText.includes(text)) return;
      clearInterval(watch);
      console.info(line);
    }, 50);
  }, { text, line });
  return async () => {
    await until(
      () => Promise.resolve(tab.lines.some((said) => said.endsWith(line))),
      { what: line },
    );
  };
}

/**
 * Gives the tab's later pages the microphone as it is. Noise suppression
 * takes a steady tone for noise and turns it down by 20 dB within three
 * seconds, so every test that measures tones for longer needs this.
 */
export async function rawMicrophone(tab: Tab): Promise<void> {
  await tab.beforeLoad(() => {
    const raw = {
      echoCancellation: false,
      noiseSuppression: false,
      autoGainControl: false,
    };
    const media = navigator.mediaDevices;
    // Undefined on a page that is no secure context.
    if (!media) return;
    const ask = media.getUserMedia.bind(media);
    media.getUserMedia = (constraints = {}) => {
      const { audio } = constraints;
      if (!audio) return ask(constraints);
      const wish = audio === true ? raw : { ...audio, ...raw };
      return ask({ ...constraints, audio: wish });
    };
    const track = MediaStreamTrack.prototype;
    const apply = track.applyConstraints;
    track.applyConstraints = function (constraints) {
      const wish = this.kind === "audio"
        ? { ...constraints, ...raw }
        : constraints;
      return apply.call(this, wish);
    };
  }, undefined);
}

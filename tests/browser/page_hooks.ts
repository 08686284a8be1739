/**
 * What a test may put into a page before its own scripts run. Each hook
 * leaves the page's own objects and their prototypes as they are.
 */
import type { Tab } from "./tab.ts";

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

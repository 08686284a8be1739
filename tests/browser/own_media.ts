/**
 * Devices of a page's own: many people in one browser process would share
 * its fake microphone and camera otherwise. Everything is made in the page:
 * the sound by an oscillator, pictures on a canvas.
 */
import type { Tab } from "./tab.ts";

/** What somebody's devices give. */
export interface OwnMedia {
  /** The microphone's tone. */
  hz: number;
  /** The camera's colour: red, green and blue, 0 to 255. */
  colour: readonly [number, number, number];
  /** The camera's size in pixels and pictures a second; little, so that many fit on a machine. */
  width?: number;
  height?: number;
  fps?: number;
}

/**
 * Gives the tab's later pages a microphone, a camera and a screen of their
 * own. The screen is as the camera, with a white frame. What belongs to the
 * devices themselves is not seen by hooks that are put in later.
 */
export async function giveOwnMedia(tab: Tab, media: OwnMedia): Promise<void> {
  await tab.beforeLoad(
    install,
    { width: 160, height: 120, fps: 5, ...media },
  );
}

/** Runs in the page, so it sees nothing outside of itself. */
function install(
  { hz, colour, width, height, fps }: Required<OwnMedia>,
): void {
  const devices = navigator.mediaDevices;
  // Undefined on a page that is no secure context.
  if (!devices) return;
  const { AudioContext, setInterval } = globalThis;
  const clone = MediaStreamTrack.prototype.clone;
  const sources = new Map<string, MediaStreamTrack>();

  function microphone(): MediaStreamTrack {
    const context = new AudioContext(
      { sampleRate: 48_000, sinkId: { type: "none" } } as AudioContextOptions,
    );
    const tone = context.createOscillator();
    tone.frequency.value = hz;
    const volume = context.createGain();
    volume.gain.value = 0.25; // -12 dBFS
    const out = context.createMediaStreamDestination();
    out.channelCount = 1;
    tone.connect(volume).connect(out);
    tone.start();
    return out.stream.getAudioTracks()[0];
  }

  function picture(frame: boolean): MediaStreamTrack {
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    const brush = canvas.getContext("2d")!;
    let count = 0;
    const draw = () => {
      brush.fillStyle = `rgb(${colour})`;
      brush.fillRect(0, 0, width, height);
      // A clock hand, so that no two pictures are alike.
      brush.fillStyle = "white";
      brush.fillRect((count++ * 7) % width, height - 8, 8, 8);
      if (frame) brush.strokeRect(0, 0, width, height);
    };
    draw();
    setInterval(draw, 1000 / fps);
    return canvas.captureStream(fps).getVideoTracks()[0];
  }

  /** A track that the page may stop without stopping the device. */
  function take(name: string, open: () => MediaStreamTrack): MediaStreamTrack {
    const source = sources.get(name) ?? open();
    sources.set(name, source);
    return clone.call(source);
  }

  devices.getUserMedia = ({ audio, video } = {}) =>
    Promise.resolve(
      new MediaStream([
        ...audio ? [take("microphone", microphone)] : [],
        ...video ? [take("camera", () => picture(false))] : [],
      ]),
    );
  devices.getDisplayMedia = () =>
    Promise.resolve(new MediaStream([take("screen", () => picture(true))]));
}

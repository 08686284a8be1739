/** Whether a picture moves. */
import type { Tab } from "./tab.ts";

/** What a `<video>` showed over a while. */
export interface Moving {
  /** Frames presented. */
  frames: number;
  /** How many of them differed from the one before. */
  changes: number;
  /** The longest time without a change, in milliseconds. */
  longestStillMs: number;
  width: number;
  height: number;
}

/**
 * Watches the one video that the selector finds for `ms`. A frozen picture
 * has no `changes`, even where frames go on arriving.
 */
export async function watchVideo(
  tab: Tab,
  selector: string,
  ms = 2000,
): Promise<Moving> {
  return await tab.evaluate(watch, { selector, ms });
}

/** Whether the video shows changing content: at least three changes. */
export async function videoChanges(
  tab: Tab,
  selector: string,
  ms = 2000,
): Promise<boolean> {
  return (await watchVideo(tab, selector, ms)).changes >= 3;
}

/** Runs in the page, so it sees nothing outside of itself. */
async function watch(
  { selector, ms }: { selector: string; ms: number },
): Promise<Moving> {
  const video = document.querySelector<HTMLVideoElement>(selector);
  if (!video) throw new Error(`no ${selector}`);
  const canvas = document.createElement("canvas");
  canvas.width = 64;
  canvas.height = 48;
  const brush = canvas.getContext("2d", { willReadFrequently: true })!;
  let frames = 0, changes = 0, still = 0;
  let last: Uint8ClampedArray | undefined;
  let changed = performance.now();
  const look = () => {
    frames++;
    brush.drawImage(video, 0, 0, canvas.width, canvas.height);
    const { data } = brush.getImageData(0, 0, canvas.width, canvas.height);
    // Against the last change, not the last frame: a slow change adds up,
    // while the codec's own shimmer stays within a few shades.
    if (last && data.every((shade, i) => Math.abs(shade - last![i]) < 6)) {
      return;
    }
    if (last) changes++;
    last = data;
    still = Math.max(still, performance.now() - changed);
    changed = performance.now();
  };
  let handle = 0;
  const next = () => {
    handle = video.requestVideoFrameCallback(() => {
      look();
      next();
    });
  };
  next();
  await new Promise((resolve) => setTimeout(resolve, ms));
  video.cancelVideoFrameCallback(handle);
  still = Math.max(still, performance.now() - changed);
  return {
    frames,
    changes,
    longestStillMs: Math.round(still),
    width: video.videoWidth,
    height: video.videoHeight,
  };
}

/**
 * How much of a line sound and pictures may take: every value of that policy, and why. In a mesh each picture is uploaded once for every
 * other person, so that the share of each shrinks with their number.
 */

/** How large a page shows somebody's camera. `none`: not at all. */
export type CameraSize = "large" | "small" | "none";

/** What one page shows of one member. `docs/protocol.md` section 11. */
export interface Shown {
  /** How large their camera's picture is. */
  camera: CameraSize;
  /** Whether their shared screen is shown. */
  screen: boolean;
}

/** What may be sent of one picture to one person. */
export interface PictureCap {
  kbps: number;
  framesPerSecond: number;
  /** Of the shorter side, in pixels, at most; null: as it was captured. */
  lines: number | null;
}

/** What may be sent to each of so many others. */
interface Caps {
  /** A camera that is shown large. */
  large: PictureCap;
  screen: PictureCap;
  screenAudioKbps: number;
}

/**
 * RFC 7587, 3.1.1, has 28 to 40 kbit/s for fullband speech; the redundant copy of FEC takes a part of it, so: the upper end. Headers (SRTP
 * over UDP) come on top, about 20 kbit/s.
 */
export const MICROPHONE_KBPS = 40;

/** A tile at the edge: LiveKit's 180p preset is 120 to 160 kbit/s at 15 frames, Jitsi's lowest for VP8 200 kbit/s. */
const SMALL: PictureCap = { kbps: 160, framesPerSecond: 15, lines: 180 };

/**
 * Cameras are held to about 2.5 Mbit/s of upload together, which ADSL's successors and 4G give, in sizes as LiveKit's presets have them:
 * 720p 1,700, 540p 600 to 800, 360p 300 to 450 kbit/s. (Jitsi's for VP8: 720p 1,500, 360p 500.) A screen is text: full resolution and few
 * frames, between LiveKit's 1080p at 15 frames (1,500 to 2,500 kbit/s) and 720p at 5 (400 to 800). Its sound is stereo music, for which
 * RFC 7587 has 64 to 128 kbit/s.
 */
const CAPS: readonly { others: number; caps: Caps }[] = [
  caps(1, [1_700, 30, 720], [2_000, 15], 128),
  caps(2, [1_200, 30, 720], [1_500, 10], 96),
  caps(3, [800, 25, 540], [1_000, 8], 96),
  caps(4, [600, 25, 540], [800, 8], 64),
  caps(5, [450, 20, 360], [600, 5], 64),
  caps(Infinity, [300, 20, 360], [400, 5], 64),
];

function caps(
  others: number,
  [kbps, framesPerSecond, lines]: [number, number, number],
  [screenKbps, screenFrames]: [number, number],
  screenAudioKbps: number,
) {
  return {
    others,
    caps: {
      large: { kbps, framesPerSecond, lines },
      screen: { kbps: screenKbps, framesPerSecond: screenFrames, lines: null },
      screenAudioKbps,
    },
  };
}

/** In a grid of more tiles than this none is large. */
const MAX_LARGE_TILES = 3;

/** What is taken to be shown until the other page tells. */
export function shownByDefault(others: number): Shown {
  const camera = others <= MAX_LARGE_TILES ? "large" : "small";
  return { camera, screen: true };
}

function capsFor(others: number): Caps {
  return CAPS.find((row) => others <= row.others)!.caps;
}

/** The cap of a camera; null: nothing is sent. */
export function cameraCap(size: CameraSize, others: number): PictureCap | null {
  if (size === "none") return null;
  return size === "large" ? capsFor(others).large : SMALL;
}

export function screenCap(others: number): PictureCap {
  return capsFor(others).screen;
}

export function screenAudioKbps(others: number): number {
  return capsFor(others).screenAudioKbps;
}

/**
 * What is left of the pictures when the line is thin, from all to nothing, as shares of their bitrates. The camera goes first, the screen,
 * which people talk about, last, and the sound never.
 */
export const LEVELS: readonly { camera: number; screen: number }[] = [
  { camera: 1, screen: 1 },
  { camera: 0.5, screen: 1 },
  { camera: 0.25, screen: 1 },
  { camera: 0, screen: 1 },
  { camera: 0, screen: 0.5 },
  { camera: 0, screen: 0 },
];

/** Signs of a line on which the sound suffers; between bad and good nothing is changed. Looks are 2 s apart. */
export const THIN_LINE = {
  /** Google congestion control (draft-ietf-rmcat-gcc-02, 6) goes down above 10 % loss, and up below 2 %. */
  badLossPercent: 10,
  goodLossPercent: 2,
  /** A round trip that has grown by so much is a queue that stands in some router: sound is late by half of it. */
  badQueueMs: 300,
  goodQueueMs: 100,
  /** Sound with its headers takes 60: what is left for a picture is not worth looking at. */
  badAvailableKbps: 120,
  /** Looks in a row before a step down. */
  badLooks: 2,
  /** Further ones, just after a step up: the browser's own estimate needs a while to grow with what is sent. */
  graceLooks: 2,
  /** Looks in a row before a step up. They double, up to the most, whenever a step up had to be taken back soon. */
  goodLooks: 5,
  maxGoodLooks: 40,
  /** Of the way to the present round trip that the shortest one known is moved at each look, should the route have changed. */
  routeChange: 0.02,
} as const;

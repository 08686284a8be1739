/** The microphone of a test: WAV files that hold one pure tone. */

const RATE = 48_000;

/** How long and how loud a tone is. */
export interface ToneOptions {
  /**
   * Whole seconds, so that a whole hertz loops without a click. (Chromium
   * drops about 5 ms of its own each time that it starts the file again.)
   */
  seconds?: number;
  /** The peak in dBFS; its level (RMS) is 3 dB lower. */
  peakDb?: number;
}

/** Writes a tone (48 kHz, mono, 16 bit) to `path`; gives the path. */
export async function writeTone(
  path: string,
  hz: number,
  options: ToneOptions = {},
): Promise<string> {
  await Deno.writeFile(path, tone(hz, options));
  return path;
}

/** The bytes of a WAV file with a tone of `hz` (a whole number). */
export function tone(
  hz: number,
  { seconds = 60, peakDb = -12 }: ToneOptions = {},
): Uint8Array<ArrayBuffer> {
  if (!Number.isInteger(hz) || !Number.isInteger(seconds)) {
    throw new RangeError("a tone that loops needs whole hertz and seconds");
  }
  const count = RATE * seconds;
  const peak = 32767 * 10 ** (peakDb / 20);
  const bytes = new Uint8Array(44 + count * 2);
  const view = new DataView(bytes.buffer);
  const text = (at: number, letters: string) =>
    bytes.set(new TextEncoder().encode(letters), at);
  text(0, "RIFF");
  view.setUint32(4, 36 + count * 2, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true); // length of what follows
  view.setUint16(20, 1, true); // PCM
  view.setUint16(22, 1, true); // channels
  view.setUint32(24, RATE, true);
  view.setUint32(28, RATE * 2, true); // bytes a second
  view.setUint16(32, 2, true); // bytes a frame
  view.setUint16(34, 16, true); // bits a sample
  text(36, "data");
  view.setUint32(40, count * 2, true);
  for (let i = 0; i < RATE; i++) {
    const sample = peak * Math.sin(2 * Math.PI * hz * i / RATE);
    view.setInt16(44 + i * 2, Math.round(sample), true);
  }
  for (let second = 1; second < seconds; second++) {
    bytes.copyWithin(44 + second * RATE * 2, 44, 44 + RATE * 2);
  }
  return bytes;
}

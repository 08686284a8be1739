/**
 * What a piece of sound holds: how loud it is, what tone, where the tone is
 * missing. Plain functions on samples, with no browser in them.
 */

/** One channel of sound; samples run from -1 to 1. */
export interface Sound {
  sampleRate: number;
  samples: Float32Array;
}

/** A stretch in which a tone is missing. */
export interface Gap {
  /** Where it begins, from the start of the sound. */
  atMs: number;
  ms: number;
}

/** Levels below this count as silence; a 16 bit recording ends at -96. */
const SILENCE_DB = -70;

/** The level (RMS) in dBFS; -Infinity when there is nothing at all. */
export function levelDb({ samples }: Sound): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return 10 * Math.log10(sum / samples.length);
}

/** The loudest frequency in hertz, to a fraction of one; 0 in silence. */
export function dominantHz(sound: Sound): number {
  const { sampleRate } = sound;
  const size = 2 **
    Math.floor(Math.log2(Math.min(sound.samples.length, 65536)));
  const samples = sound.samples.subarray(sound.samples.length - size);
  if (!(levelDb({ sampleRate, samples }) > SILENCE_DB)) return 0;
  const re = new Float64Array(size);
  const im = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    const hann = 0.5 - 0.5 * Math.cos(2 * Math.PI * i / size);
    re[i] = samples[i] * hann;
  }
  transform(re, im);
  const db = Float64Array.from(
    { length: size / 2 },
    (_, i) => 10 * Math.log10(re[i] ** 2 + im[i] ** 2 + 1e-30),
  );
  // The lowest few lines hold what is left of a constant offset.
  let loudest = 3;
  for (let i = 4; i < db.length - 1; i++) if (db[i] > db[loudest]) loudest = i;
  // The top of a parabola through the loudest line and its neighbours.
  const [a, b, c] = db.subarray(loudest - 1, loudest + 2);
  const shift = (a - c) / (2 * (a - 2 * b + c));
  return (loudest + shift) * sampleRate / size;
}

/** In so long a piece tones that are 30 Hz apart are told from each other. */
const PIECE_MS = 100;
/** What a tone must have of a piece's power: several sound at once, and Firefox makes a steady tone 8 dB quieter than Chromium. */
const SHARE = 0.03;
/** In so many pieces: one alone may be a click. */
const PIECES = 2;

/** Which of those tones sound, in the order given: each for a fifth of a second at least, however often it breaks off. */
export function tonesAmong(hz: readonly number[], sound: Sound): number[] {
  const { samples, sampleRate } = sound;
  const size = sampleRate * PIECE_MS / 1000;
  const hann = Float64Array.from(
    { length: size },
    (_, i) => 0.5 - 0.5 * Math.cos(2 * Math.PI * i / size),
  );
  const times = new Map<number, number>();
  for (let from = 0; from + size <= samples.length; from += size) {
    const piece = hann.map((weight, i) => weight * samples[from + i]);
    const power = piece.reduce((sum, sample) => sum + sample ** 2, 0);
    if (10 * Math.log10(power / size) < SILENCE_DB) continue;
    for (const one of hz) {
      // 1 for a pure tone: a third of what a Hann window lets through is in the spectrum's one line.
      const share = 3 * powerAt(piece, one / sampleRate) / (power * size);
      if (share >= SHARE) times.set(one, (times.get(one) ?? 0) + 1);
    }
  }
  return hz.filter((one) => (times.get(one) ?? 0) >= PIECES);
}

/** The square of one line of the spectrum, by Goertzel's recurrence; in periods per sample. */
function powerAt(samples: Float64Array, frequency: number): number {
  const factor = 2 * Math.cos(2 * Math.PI * frequency);
  let last = 0, lastButOne = 0;
  for (let i = 0; i < samples.length; i++) {
    const now = samples[i] + factor * last - lastButOne;
    lastButOne = last;
    last = now;
  }
  return last ** 2 + lastButOne ** 2 - factor * last * lastButOne;
}

/** The level (RMS) in dBFS of the tone of `hz` alone, whatever else sounds. */
export function toneLevelDb(sound: Sound, hz: number): number {
  const { samples, sampleRate } = sound;
  // In pieces of 50 ms (20 Hz wide), for the tone may be a hertz or so off.
  const piece = Math.round(sampleRate / 20);
  let power = 0;
  let pieces = 0;
  for (let from = 0; from + piece <= samples.length; from += piece) {
    let re = 0, im = 0;
    for (let i = 0; i < piece; i++) {
      const angle = 2 * Math.PI * hz * i / sampleRate;
      re += samples[from + i] * Math.cos(angle);
      im += samples[from + i] * Math.sin(angle);
    }
    power += 2 * (re * re + im * im) / piece ** 2;
    pieces++;
  }
  return 10 * Math.log10(power / pieces);
}

/**
 * Every stretch of 3 ms and more in which the tone of `hz` is missing, that
 * is, has less than half of its usual amplitude in a window of 5 ms. Where
 * it begins and ends is exact to a fraction of a millisecond; other sounds
 * at the same level do not fill a gap. A sound without the tone is one gap.
 */
export function toneGaps(sound: Sound, hz: number): Gap[] {
  const { sampleRate } = sound;
  const envelope = toneEnvelope(sound, hz);
  // The usual amplitude, even of a tone that is there a tenth of the time.
  const usual = envelope.toSorted()[Math.floor(envelope.length * 0.95)] ?? 0;
  const floor = Math.max(usual / 2, 10 ** (SILENCE_DB / 20));
  const gaps: Gap[] = [];
  let start = -1;
  for (let i = 0; i <= envelope.length; i++) {
    const missing = i < envelope.length && envelope[i] < floor;
    if (missing && start < 0) start = i;
    if (!missing && start >= 0) {
      const ms = (i - start) / sampleRate * 1000;
      if (ms >= 3) gaps.push({ atMs: start / sampleRate * 1000, ms });
      start = -1;
    }
  }
  return gaps;
}

/** The longest of the tone's gaps in milliseconds; 0 when there is none. */
export function longestGapMs(sound: Sound, hz: number): number {
  return Math.max(0, ...toneGaps(sound, hz).map((gap) => gap.ms));
}

/** The tone's amplitude around each moment, half a window from the ends. */
function toneEnvelope({ samples, sampleRate }: Sound, hz: number) {
  // Whole half periods near 5 ms, so that the mirror image cancels out.
  const window = Math.round(Math.round(0.01 * hz) / (2 * hz) * sampleRate);
  const count = Math.max(0, samples.length - window);
  const envelope = new Float32Array(count);
  let re = 0, im = 0;
  const step = 2 * Math.PI * hz / sampleRate;
  for (let i = 0; i < samples.length; i++) {
    re += samples[i] * Math.cos(step * i);
    im += samples[i] * Math.sin(step * i);
    const old = i - window;
    if (old < 0) continue;
    re -= samples[old] * Math.cos(step * old);
    im -= samples[old] * Math.sin(step * old);
    envelope[old] = 2 * Math.hypot(re, im) / window;
  }
  return envelope;
}

/** The fast Fourier transform, in place; the length is a power of two. */
function transform(re: Float64Array, im: Float64Array): void {
  const size = re.length;
  for (let i = 1, j = 0; i < size; i++) {
    let bit = size >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j], re[i]];
      [im[i], im[j]] = [im[j], im[i]];
    }
  }
  for (let half = 1; half < size; half *= 2) {
    for (let k = 0; k < half; k++) {
      const cos = Math.cos(-Math.PI * k / half);
      const sin = Math.sin(-Math.PI * k / half);
      for (let i = k; i < size; i += 2 * half) {
        const j = i + half;
        const r = re[j] * cos - im[j] * sin;
        const m = re[j] * sin + im[j] * cos;
        re[j] = re[i] - r;
        im[j] = im[i] - m;
        re[i] += r;
        im[i] += m;
      }
    }
  }
}

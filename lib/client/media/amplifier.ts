/** Makes a stream louder than it came, without clipping. Web Audio API 1.1. */

/**
 * A limiter: what is below the threshold passes as it is, and twenty times as much above it comes out as hardly more. The browser looks 6 ms
 * ahead, so that the attack meets the peak. Its fixed make-up gain (1.7 dB for these values) stays below full scale.
 */
const LIMITER = {
  threshold: -3,
  knee: 0,
  ratio: 20,
  attack: 0.002,
  release: 0.1,
} as const;

export class Amplifier {
  /** What to play in place of the stream. */
  readonly stream: MediaStream;
  readonly #nodes: AudioNode[];
  readonly #gain: GainNode;
  readonly #pump: HTMLAudioElement;

  /** @param pump An element of its own that plays nothing: Chromium decodes a remote track only for an element. */
  constructor(
    context: AudioContext,
    stream: MediaStream,
    pump: HTMLAudioElement,
  ) {
    pump.muted = true;
    pump.srcObject = stream;
    pump.play().catch(() => {}); // Muted, so that it is always allowed.
    this.#pump = pump;
    const source = context.createMediaStreamSource(stream);
    this.#gain = context.createGain();
    const limiter = context.createDynamicsCompressor();
    for (const name of Object.keys(LIMITER) as (keyof typeof LIMITER)[]) {
      limiter[name].value = LIMITER[name];
    }
    const destination = context.createMediaStreamDestination();
    source.connect(this.#gain).connect(limiter).connect(destination);
    this.#nodes = [source, this.#gain, limiter];
    this.stream = destination.stream;
  }

  /** How many times louder. */
  setGain(gain: number): void {
    this.#gain.gain.value = gain;
  }

  close(): void {
    for (const node of this.#nodes) node.disconnect();
    for (const track of this.stream.getTracks()) track.stop();
    this.#pump.srcObject = null;
    this.#pump.remove();
  }
}

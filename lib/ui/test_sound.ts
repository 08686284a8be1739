/** A sound to try a speaker with. */

/** Two notes, in hertz, and how long each sounds, in seconds. */
const NOTES = [523.25, 783.99];
const NOTE_SECONDS = 0.35;
/** As loud as a voice, not as loud as it goes. */
const LOUDNESS = 0.25;

/**
 * Plays two soft notes, and resolves when they are over. Call it from a click. Never rejects: what is not heard tells enough.
 *
 * @param speakerId Undefined: the system's choice.
 * @param volume 0 to 100 percent.
 */
export async function playTestSound(
  speakerId: string | undefined,
  volume: number,
): Promise<void> {
  const context = new AudioContext();
  const audio = new Audio();
  try {
    const destination = context.createMediaStreamDestination();
    const end = ring(context, destination, LOUDNESS * volume / 100);
    audio.srcObject = destination.stream;
    if (speakerId !== undefined) await audio.setSinkId?.(speakerId);
    await audio.play();
    await end;
  } catch {
    // No such speaker, or no sound at all.
  } finally {
    audio.srcObject = null;
    await context.close();
  }
}

/** Rings the notes one after the other; resolves after the last. */
function ring(
  context: AudioContext,
  destination: AudioNode,
  loudness: number,
): Promise<void> {
  let last: OscillatorNode | undefined;
  for (const [index, hertz] of NOTES.entries()) {
    const begin = context.currentTime + 0.05 + index * NOTE_SECONDS;
    const gain = new GainNode(context, { gain: 0 });
    gain.gain.linearRampToValueAtTime(0, begin);
    gain.gain.linearRampToValueAtTime(loudness, begin + 0.02);
    gain.gain.linearRampToValueAtTime(0, begin + NOTE_SECONDS);
    last = new OscillatorNode(context, { frequency: hertz });
    last.connect(gain).connect(destination);
    last.start(begin);
    last.stop(begin + NOTE_SECONDS);
  }
  return new Promise((resolve) => last!.onended = () => resolve());
}

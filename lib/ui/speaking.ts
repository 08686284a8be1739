/** Shows on an element who is speaking, without drawing the page anew twenty times a second. */
import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";
import { LevelMeter } from "@/lib/client/level_meter.ts";

/** Levels (0 to 100) at which speech begins and ends to show: two, so that the ring does not flicker in between. */
const BEGINS = 35;
const ENDS = 20;
/** How long the ring outlives the sound: the pause between two words. */
const LINGERS_MS = 400;
/** Meters can wait: setting up Web Audio must not delay the first sound of a call. */
const BEGIN_AFTER_MS = 750;

/** Browsers allow only a few audio contexts, so all meters of the page share one. */
let shared: AudioContext | undefined;

/** Lets the meters run after a click, where the browser wanted one first (autoplay policy). */
export function resumeMeters(): void {
  shared?.resume().catch(() => {});
}

/** Whether somebody is speaking, from levels in the order of time. */
export class SpeechDetector {
  #speaking = false;
  #lastLoud = -Infinity;

  /** What holds after `level` was measured at `now` (milliseconds). */
  update(level: number, now: number): boolean {
    if (level >= (this.#speaking ? ENDS : BEGINS)) {
      this.#speaking = true;
      this.#lastLoud = now;
    } else if (now - this.#lastLoud >= LINGERS_MS) this.#speaking = false;
    return this.#speaking;
  }
}

/** Sets `data-speaking` on the element while there is speech in the stream. */
export function useSpeaking(
  element: RefObject<HTMLElement>,
  stream: MediaStream | null,
): void {
  useEffect(() => {
    if (stream === null || typeof AudioContext === "undefined") return;
    let meter: LevelMeter | undefined;
    let looks: ReturnType<typeof setInterval> | undefined;
    const begin = setTimeout(() => {
      shared ??= new AudioContext();
      const own = meter = new LevelMeter(stream, { audioContext: shared });
      const detector = new SpeechDetector();
      looks = setInterval(() => {
        const speaking = detector.update(own.read(), performance.now());
        element.current?.toggleAttribute("data-speaking", speaking);
      }, 100);
    }, BEGIN_AFTER_MS);
    return () => {
      clearTimeout(begin);
      clearInterval(looks);
      meter?.close();
      element.current?.removeAttribute("data-speaking");
    };
  }, [stream]);
}

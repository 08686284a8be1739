/**
 * Records what a person hears. The page is left as it is: the recorder only
 * reads the tracks that the page's own `<audio>` and `<video>` elements play,
 * and follows them as elements and tracks come and go. A muted or paused
 * element is not heard, a quieter one is heard quieter.
 */
import type { PeerHook } from "./page_hooks.ts";
import type { Sound } from "./sound.ts";
import type { Tab } from "./tab.ts";

/** A recording under way. */
export interface Recorder {
  /**
   * Ends it; gives everything heard from `record()` until now, mixed to one
   * channel, with silence wherever nothing played.
   */
  stop(): Promise<Sound>;
  /** The same of a page that was too busy to record all of it: good enough for tones and levels, not for gaps. */
  stopRoughly(): Promise<Sound>;
}

/**
 * What to listen to: a CSS selector of media elements, or `receivers` for
 * every peer connection's incoming sound whatever the page does with it
 * (needs `hookPeers` before the page loads, and in Chromium still some
 * element that plays the track, for nothing is decoded that nobody plays).
 */
export type Source = string | "receivers";

/** Begins to record in a tab; several recordings may run at once. */
export async function record(
  tab: Tab,
  from: Source = "audio, video",
): Promise<Recorder> {
  const key = `ringdownRecorder${crypto.randomUUID()}`;
  await tab.evaluate(begin, { key, from });
  const end = async (mayLose: boolean): Promise<Sound> => {
    const { sampleRate, pcm, lostMs } = await tab.evaluate(finish, key);
    if (lostMs > 0 && !mayLose) {
      throw new Error(`the page was too busy to record: ${lostMs} ms lost`);
    }
    const bytes = Uint8Array.fromBase64(pcm);
    const words = new Int16Array(bytes.buffer);
    return {
      sampleRate,
      samples: Float32Array.from(words, (word) => word / 32768),
    };
  };
  return { stop: () => end(false), stopRoughly: () => end(true) };
}

/** Records for so long, to hear what there is: tones and levels. */
export async function hear(
  tab: Tab,
  ms: number,
  from?: Source,
): Promise<Sound> {
  const recorder = await record(tab, from);
  await new Promise((resolve) => setTimeout(resolve, ms));
  return await recorder.stopRoughly();
}

/** What `begin` leaves in the page for `finish`. */
interface Recording {
  finish(): Promise<{ sampleRate: number; pcm: string; lostMs: number }>;
}

// deno-lint-ignore no-explicit-any -- names that live in the page only.
type Page = any;

function finish(key: string) {
  const page = globalThis as Page;
  const recording: Recording = page[key];
  delete page[key];
  return recording.finish();
}

/** Runs in the page, so it sees nothing outside of itself. */
function begin({ key, from }: { key: string; from: Source }): void {
  const page = globalThis as Page;
  const started = performance.now();
  const takes = new Map<MediaStreamTrack, Take>();
  const context: AudioContext | undefined = page.MediaStreamTrackProcessor
    ? undefined
    : new AudioContext();
  const sampleRate = context?.sampleRate ?? 48_000;
  let lost = 0;
  // As of the last look: one at each piece of 10 ms of each of nine tracks would keep the page busy.
  let gains = new Map<MediaStreamTrack, number>();

  interface Take {
    /** Each piece and the sample at which it belongs. */
    pieces: { at: number; samples: Float32Array }[];
    end(): void;
  }

  function elements(): HTMLMediaElement[] {
    return [...document.querySelectorAll(from)]
      .filter((e) => e instanceof HTMLMediaElement);
  }

  function tracksOf(element: HTMLMediaElement): MediaStreamTrack[] {
    const stream = element.srcObject;
    return stream instanceof MediaStream ? stream.getAudioTracks() : [];
  }

  /** The tracks that there are to listen to, and how loudly the person hears each. */
  function gainsNow(): Map<MediaStreamTrack, number> {
    const found = new Map<MediaStreamTrack, number>();
    if (from === "receivers") {
      const hook: PeerHook | undefined = page.ringdownPeers;
      if (!hook) throw new Error("hookPeers was not put into this page");
      for (const { track } of hook.all.flatMap((pc) => pc.getReceivers())) {
        if (track.kind === "audio") found.set(track, 1);
      }
      return found;
    }
    for (const element of elements()) {
      const volume = element.paused || element.muted ? 0 : element.volume;
      for (const track of tracksOf(element)) {
        found.set(track, Math.max(volume, found.get(track) ?? 0));
      }
    }
    return found;
  }

  function add(track: MediaStreamTrack, at: number, samples: Float32Array) {
    const loud = gains.get(track) ?? 0;
    takes.get(track)!.pieces.push({
      at,
      samples: loud === 1 ? samples : samples.map((sample) => sample * loud),
    });
  }

  function now(): number {
    return Math.round((performance.now() - started) / 1000 * sampleRate);
  }

  /**
   * Where a track's first piece belongs. A track that plays already is heard
   * from the start, however long its first piece takes to get here.
   */
  function beginning(length: number): number {
    const at = now() - length;
    return at < sampleRate / 2 ? 0 : at;
  }

  /** Chromium: the decoder's output itself, in pieces of 10 ms. */
  function readTrack(track: MediaStreamTrack): () => void {
    const processor = new page.MediaStreamTrackProcessor({
      track,
      maxBufferSize: 1000, // ten seconds of a busy page
    });
    const reader = processor.readable.getReader();
    (async () => {
      let at = -1, due = 0;
      while (true) {
        const { value: piece, done } = await reader.read();
        if (done) return;
        const samples = new Float32Array(piece.numberOfFrames);
        piece.copyTo(samples, { planeIndex: 0, format: "f32-planar" });
        // Time stamps tremble by a fraction of a millisecond; a real jump
        // means that the sound itself stood still.
        const jump = (piece.timestamp - due) / 1000;
        if (at < 0) at = beginning(samples.length);
        else if (jump > 15) at += Math.round(jump / 1000 * sampleRate);
        add(track, at, samples);
        at += samples.length;
        due = piece.timestamp + piece.duration;
        piece.close();
      }
    })();
    return () => reader.cancel();
  }

  /**
   * Firefox: through Web Audio (a worklet would need the page's CSP to allow
   * it). What is recorded is up to half a second old.
   */
  function tapTrack(track: MediaStreamTrack): () => void {
    const source = context!.createMediaStreamSource(new MediaStream([track]));
    // Long pieces: the page must be busy for a sixth of a second to lose one.
    const node = context!.createScriptProcessor(8192, 1, 1);
    let at = -1, due = 0;
    node.onaudioprocess = ({ inputBuffer, playbackTime }) => {
      const samples = inputBuffer.getChannelData(0).slice();
      if (at < 0) at = beginning(samples.length);
      else {
        const missed = Math.round((playbackTime - due) * sampleRate);
        if (missed > samples.length / 2) {
          at += missed;
          lost += missed / sampleRate * 1000;
        }
      }
      add(track, at, samples);
      at += samples.length;
      due = playbackTime + samples.length / sampleRate;
    };
    source.connect(node);
    node.connect(context!.destination);
    return () => {
      source.disconnect();
      node.disconnect();
    };
  }

  function follow() {
    gains = gainsNow();
    for (const track of gains.keys()) {
      if (takes.has(track) || track.readyState === "ended") continue;
      const take: Take = { pieces: [], end() {} };
      takes.set(track, take);
      take.end = context ? tapTrack(track) : readTrack(track);
    }
  }

  follow();
  const following = setInterval(follow, 20);
  const recording: Recording = {
    async finish() {
      const length = now();
      clearInterval(following);
      // The last pieces are still on their way, unless a track stands still.
      const late = ({ pieces }: Take) => {
        const last = pieces.at(-1);
        return last !== undefined && last.at + last.samples.length < length;
      };
      while ([...takes.values()].some(late) && now() - length < sampleRate) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      const mix = new Float32Array(length);
      for (const take of takes.values()) {
        take.end();
        for (const { at, samples } of take.pieces) {
          const count = Math.min(samples.length, length - at);
          for (let i = 0; i < count; i++) mix[at + i] += samples[i];
        }
      }
      await context?.close();
      const words = Int16Array.from(
        mix,
        (sample) => Math.max(-1, Math.min(1, sample)) * 32767,
      );
      const bytes = new Uint8Array(words.buffer);
      let text = "";
      for (let i = 0; i < bytes.length; i += 8192) {
        text += String.fromCharCode(...bytes.subarray(i, i + 8192));
      }
      return { sampleRate, pcm: btoa(text), lostMs: Math.round(lost) };
    },
  };
  page[key] = recording;
}

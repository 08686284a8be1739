/** How good the path to one other person is. */
import type { PairRates, PairStats, Path } from "./stats.ts";

export type { Path } from "./stats.ts";

/** One pair's path at one moment, from getStats (W3C WebRTC Statistics). Null stands for what is not known yet. */
export interface Quality {
  /** 0 (of no use) to 100 (as good as it gets): see `rFactor`. A perfect path comes to 93. */
  score: number;
  /** How it travels. */
  path: Path | null;
  /** There and back, in milliseconds. */
  roundTripMs: number | null;
  /** By how much the packets' delay varies, in milliseconds (RFC 3550, 6.4.1). */
  jitterMs: number | null;
  /** Of the packets that should have come, 0 to 100. */
  lossPercent: number | null;
  /** Of the sound that was played, what had to be made up, 0 to 100. */
  concealedPercent: number | null;
  /** What goes out, in 1,000 bits a second. */
  sendKbps: number | null;
  /** What comes in, likewise. */
  receiveKbps: number | null;
}

/** What the sound goes through on its way to an ear. Null: not known, and taken to be none. */
export interface Impairments {
  roundTripMs: number | null;
  jitterMs: number | null;
  /** Time that sound spends in the jitter buffer. */
  bufferMs: number | null;
  lossPercent: number | null;
  concealedPercent: number | null;
}

/** A frame of 20 ms and Opus's look-ahead of 6.5 ms (RFC 6716, 2 and 2.1.4). */
const CODEC_MS = 26.5;
/** Where a delay begins to be felt in a conversation. */
const FELT_DELAY_MS = 177.3;
/** At rates from 28 kbit/s on, Opus is no worse than the telephone line without impairment that R is measured from. */
const OPUS_IE = 0;
/** Robustness of Opus against sound that is missing: 9.8 to 10.6 for 28 to 40 kbit/s (Alahmadi, Počta, Melvin 2021). */
const OPUS_BPL = 10;
/** With FEC, as Garber's rtcscore has it: the next packet brings most of a lost one back. */
const OPUS_FEC_BPL = 20;

/**
 * The transmission rating R of the E-model (ITU-T G.107), as simplified for voice over IP by R. G. Cole and J. H. Rosenbluth, "Voice over IP
 * Performance Monitoring", ACM SIGCOMM CCR 31(2), 2001: R = 94.2 − Id − Ie, held to 0 to 100. Above 80 people are satisfied, below 60
 * nearly all dissatisfied (G.107, annex B).
 *
 * Id = 0.024 d + 0.11 (d − 177.3) for what d exceeds 177.3 ms, with d = half the round trip + jitter buffer + codec. Ie is G.107's effective
 * impairment Ie + (95 − Ie) · p / (p + Bpl), the greater of two: of packets lost (with FEC), and of sound made up in the end.
 */
export function rFactor(heard: Impairments): number {
  const bufferMs = Math.max(heard.bufferMs ?? 0, 2 * (heard.jitterMs ?? 0));
  const delay = (heard.roundTripMs ?? 0) / 2 + bufferMs + CODEC_MS;
  const id = 0.024 * delay + 0.11 * Math.max(0, delay - FELT_DELAY_MS);
  const ie = Math.max(
    impairment(heard.lossPercent ?? 0, OPUS_FEC_BPL),
    impairment(heard.concealedPercent ?? 0, OPUS_BPL),
  );
  return Math.min(100, Math.max(0, 94.2 - id - ie));
}

function impairment(percent: number, bpl: number): number {
  return OPUS_IE + (95 - OPUS_IE) * percent / (percent + bpl);
}

/** What there is to show, rounded so that it stands still while the path does. */
export function describeQuality(now: PairStats, rates: PairRates): Quality {
  const score = Math.round(rFactor({ ...now, ...rates }));
  return {
    score,
    path: now.path,
    roundTripMs: rounded(now.roundTripMs, 0),
    jitterMs: rounded(now.jitterMs, 0),
    lossPercent: rounded(rates.lossPercent, 1),
    concealedPercent: rounded(rates.concealedPercent, 1),
    sendKbps: Number(rates.sendKbps.toPrecision(2)),
    receiveKbps: Number(rates.receiveKbps.toPrecision(2)),
  };
}

function rounded(value: number | null, digits: number): number | null {
  return value === null ? null : Number(value.toFixed(digits));
}

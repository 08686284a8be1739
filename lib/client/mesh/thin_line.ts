/** Sound before pictures: how much of the pictures a line can take, from what was seen of it. Pure: samples in, a level out. */
import { LEVELS, THIN_LINE } from "./bitrate_policy.ts";

/** What one look showed of the way out to one person. Null: not known, as in a browser that does not tell. */
export interface LineSample {
  /** Of the packets sent since the last look, as the other end reports them, 0 to 100. */
  lossPercent: number | null;
  roundTripMs: number | null;
  /** The browser's estimate of what the line takes. */
  availableKbps: number | null;
  /** What is being sent, or would be if the level let it. */
  sends: { camera: boolean; screen: boolean };
}

/** Never changed, replaced. */
export interface LineState {
  /** An index of `LEVELS`. */
  readonly level: number;
  /** Looks in a row. Below 0: to be let pass. */
  readonly badLooks: number;
  readonly goodLooks: number;
  /** Good looks that a step up takes. */
  readonly patience: number;
  /** Looks since the last step up. */
  readonly sinceUp: number;
  /** The shortest round trip: the line without a queue. */
  readonly emptyMs: number | null;
}

export const OPEN_LINE: LineState = {
  level: 0,
  badLooks: 0,
  goodLooks: 0,
  patience: THIN_LINE.goodLooks,
  sinceUp: Infinity,
  emptyMs: null,
};

/** The state after one more look. */
export function afterLook(before: LineState, sample: LineSample): LineState {
  const state: LineState = {
    ...before,
    sinceUp: before.sinceUp + 1,
    emptyMs: shortest(before.emptyMs, sample.roundTripMs),
  };
  switch (judge(state, sample)) {
    case "bad": {
      const seen = { ...state, badLooks: before.badLooks + 1, goodLooks: 0 };
      return seen.badLooks < THIN_LINE.badLooks ? seen : down(seen, sample);
    }
    case "fair":
      return { ...state, badLooks: Math.min(before.badLooks, 0), goodLooks: 0 };
    case "good": {
      const goodLooks = before.goodLooks + 1;
      const seen = {
        ...state,
        badLooks: Math.min(before.badLooks, 0),
        goodLooks,
      };
      return goodLooks < state.patience ? seen : up(seen, sample);
    }
  }
}

function judge(
  { level, emptyMs }: LineState,
  { lossPercent, roundTripMs, availableKbps, sends }: LineSample,
): "good" | "fair" | "bad" {
  const { camera, screen } = LEVELS[level];
  // While no picture is sent the browser's estimate does not grow: only sending shows what the line takes.
  const isTold = (sends.camera && camera > 0) || (sends.screen && screen > 0);
  const available = isTold ? availableKbps ?? Infinity : Infinity;
  const loss = lossPercent ?? 0;
  const queueMs = (roundTripMs ?? 0) - (emptyMs ?? 0);
  if (
    loss >= THIN_LINE.badLossPercent || queueMs >= THIN_LINE.badQueueMs ||
    available < THIN_LINE.badAvailableKbps
  ) return "bad";
  return loss < THIN_LINE.goodLossPercent && queueMs < THIN_LINE.goodQueueMs
    ? "good"
    : "fair";
}

/** To the next level at which less is sent, if there is one. */
function down(state: LineState, { sends }: LineSample): LineState {
  let level = state.level;
  do level++; while (
    level < LEVELS.length && isSame(level, state.level, sends)
  );
  if (level === LEVELS.length) return { ...state, badLooks: 0 };
  const wasSoon = state.sinceUp <= THIN_LINE.goodLooks;
  const patience = wasSoon ? state.patience * 2 : state.patience;
  return {
    ...state,
    level,
    badLooks: 0,
    patience: Math.min(patience, THIN_LINE.maxGoodLooks),
  };
}

/** To the next level at which more is sent; where there is none, to the first. */
function up(state: LineState, { sends }: LineSample): LineState {
  let level = state.level;
  do level--; while (level > 0 && isSame(level, state.level, sends));
  if (level < 0) {
    return { ...state, goodLooks: 0, patience: THIN_LINE.goodLooks };
  }
  return {
    ...state,
    level,
    goodLooks: 0,
    badLooks: -THIN_LINE.graceLooks,
    sinceUp: 0,
  };
}

/** Whether two levels make no difference to what is sent. */
function isSame(a: number, b: number, sends: LineSample["sends"]): boolean {
  const [one, other] = [LEVELS[a], LEVELS[b]];
  return (!sends.camera || one.camera === other.camera) &&
    (!sends.screen || one.screen === other.screen);
}

/** The shortest round trip so far, moved a little towards the present one. */
function shortest(before: number | null, now: number | null): number | null {
  if (before === null || now === null) return before ?? now;
  return Math.min(now, before + (now - before) * THIN_LINE.routeChange);
}

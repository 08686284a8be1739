/** The quality of a path in words and bars. */
import type { Quality } from "@/lib/client/mesh/quality.ts";

/** `good`: people are satisfied; `poor`: nearly all are not. */
export type Grade = "good" | "fair" | "poor";

/** Lower ends of the grades, on the scale of `Quality.score` (ITU-T G.107, annex B). */
const GOOD = 80;
const FAIR = 60;

export function gradeOf({ score }: Quality): Grade {
  if (score >= GOOD) return "good";
  return score >= FAIR ? "fair" : "poor";
}

const PATHS: Record<NonNullable<Quality["path"]>, string> = {
  direct: "Direct",
  reflexive: "Direct, through a router",
  relayed: "Relayed by a server",
};

/** What is known of a path, by name. */
export function qualityDetails(quality: Quality): [string, string][] {
  const { path, roundTripMs, jitterMs, lossPercent } = quality;
  const { concealedPercent, sendKbps, receiveKbps } = quality;
  const lines: [string, string | null][] = [
    ["Path", path && PATHS[path]],
    ["Round trip", withUnit(roundTripMs, "ms")],
    ["Jitter", withUnit(jitterMs, "ms")],
    ["Packets lost", withUnit(lossPercent, "%")],
    ["Sound made up", withUnit(concealedPercent, "%")],
    ["Receiving", withUnit(receiveKbps, "kbit/s")],
    ["Sending", withUnit(sendKbps, "kbit/s")],
  ];
  return lines.filter((line): line is [string, string] => line[1] !== null);
}

function withUnit(value: number | null, unit: string): string | null {
  return value === null ? null : `${value} ${unit}`;
}

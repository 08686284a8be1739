/** What getStats tells of one pair, in one shape for every browser. W3C WebRTC Statistics (webrtc-stats). */

/** How sound and picture travel, by the selected candidate pair (RFC 8445, 5.1.1): straight, through a NAT's mapping, or over a TURN server. */
export type Path = "direct" | "reflexive" | "relayed";

/** One look at one peer connection. Numbers without a unit are sums since it began. */
export interface PairStats {
  /** Of the looker's clock, in milliseconds. */
  at: number;
  path: Path | null;
  roundTripMs: number | null;
  /** Of the sound that comes. */
  jitterMs: number | null;
  /** What the browser believes the way out takes; not every browser tells. */
  availableKbps: number | null;
  /** Bytes of whatever has come over any path: sound, pictures, their reports, the channel's frames and acknowledgements. */
  bytesArrived: number;
  packetsReceived: number;
  /** May go back, when packets come late. */
  packetsLost: number;
  bytesReceived: number;
  bytesSent: number;
  /** Of sound, in samples: played, and made up because nothing was there to play. */
  samples: number;
  concealed: number;
  /** Of sound: the seconds that its samples spent in the jitter buffer, together, and how many they were. */
  bufferSeconds: number;
  buffered: number;
  /** What goes out, by stream. */
  sent: ReadonlyMap<string, SentStream>;
}

type Counter =
  | "packetsReceived"
  | "packetsLost"
  | "bytesReceived"
  | "bytesSent"
  | "samples"
  | "concealed"
  | "bufferSeconds"
  | "buffered";

interface SentStream {
  packets: number;
  /** As the other end last reported, 0 to 1. */
  fractionLost: number | null;
}

/** What happened between two looks. */
export interface PairRates {
  /** Anything at all, but for checks of the path. */
  hasArrived: boolean;
  receiveKbps: number;
  sendKbps: number;
  /** Null when hardly a packet was under way: one that is lost would look like a bad line. */
  lossPercent: number | null;
  concealedPercent: number | null;
  bufferMs: number | null;
  sendLossPercent: number | null;
}

/** Below this many packets a share of them means nothing: silent with DTX, sound is 2 or 3 a second. */
const MIN_PACKETS = 20;

/** The members of all dictionaries that are read here: a browser may leave out any of them. */
type Stat = RTCStats & Record<string, unknown>;

/** @param remoteSdp the other side's description, with the candidates that it has told. */
export function readStats(
  report: RTCStatsReport,
  at: number,
  remoteSdp = "",
): PairStats {
  const stats = new Map<string, Stat>();
  report.forEach((stat: Stat) => stats.set(stat.id, stat));
  const all = [...stats.values()];
  const received = all.filter(({ type }) => type === "inbound-rtp");
  const sound = received.filter(({ kind }) => kind === "audio");
  const pair = selectedPair(stats);
  const sum = (list: Stat[], ...fields: string[]) =>
    list.reduce(
      (total, stat) =>
        fields.reduce((sum, field) => sum + (numeric(stat[field]) ?? 0), total),
      0,
    );
  const sentStreams = all.filter(({ type }) => type === "outbound-rtp");
  const reports = all.filter(({ type }) => type === "remote-inbound-rtp");
  const roundTrip = numeric(pair?.currentRoundTripTime) ??
    most(reports, "roundTripTime");
  return {
    at,
    path: pathOf(pair, stats, remoteSdp),
    roundTripMs: times(roundTrip, 1_000),
    jitterMs: times(most(sound, "jitter"), 1_000),
    availableKbps: times(numeric(pair?.availableOutgoingBitrate), 1 / 1_000),
    bytesArrived: sum(
      all.filter(({ type }) => type === "candidate-pair"),
      "bytesReceived",
    ),
    packetsReceived: sum(received, "packetsReceived"),
    packetsLost: sum(received, "packetsLost"),
    bytesReceived: sum(received, "bytesReceived", "headerBytesReceived"),
    bytesSent: sum(sentStreams, "bytesSent", "headerBytesSent"),
    samples: sum(sound, "totalSamplesReceived"),
    // In silence nothing was made up that anyone could hear.
    concealed: sum(sound, "concealedSamples") -
      sum(sound, "silentConcealedSamples"),
    bufferSeconds: sum(sound, "jitterBufferDelay"),
    buffered: sum(sound, "jitterBufferEmittedCount"),
    sent: new Map(sentStreams.map((stream) => {
      const report = reports.find(({ localId }) => localId === stream.id);
      const fractionLost = numeric(report?.fractionLost);
      return [stream.id, {
        packets: sum([stream], "packetsSent"),
        fractionLost,
      }];
    })),
  };
}

/** What happened from one look to a later one; null when they are of different connections, or not comparable for another reason. */
export function ratesBetween(
  before: PairStats,
  after: PairStats,
): PairRates | null {
  const seconds = (after.at - before.at) / 1_000;
  if (seconds <= 0 || hasGoneBack(before, after)) return null;
  const grown = (name: Counter) => Math.max(0, after[name] - before[name]);
  const lost = grown("packetsLost");
  const due = grown("packetsReceived") + lost;
  return {
    // A pair that is gone takes its sum with it.
    hasArrived: after.bytesArrived !== before.bytesArrived || due > 0,
    receiveKbps: grown("bytesReceived") * 8 / 1_000 / seconds,
    sendKbps: grown("bytesSent") * 8 / 1_000 / seconds,
    lossPercent: due < MIN_PACKETS ? null : lost / due * 100,
    concealedPercent: times(ratio(grown("concealed"), grown("samples")), 100),
    bufferMs: times(ratio(grown("bufferSeconds"), grown("buffered")), 1_000),
    sendLossPercent: sendLoss(before.sent, after.sent),
  };
}

/** A new connection, or another stream in an old one's place, begins its sums anew. */
function hasGoneBack(before: PairStats, after: PairStats): boolean {
  const steady = ["packetsReceived", "bytesReceived", "bytesSent", "samples"];
  return (steady as Counter[]).some((name) => after[name] < before[name]);
}

/** The reported losses, each by what went out in its stream: a stream that rests keeps its last report for good. */
function sendLoss(
  before: PairStats["sent"],
  after: PairStats["sent"],
): number | null {
  let packets = 0;
  let lost = 0;
  for (const [id, stream] of after) {
    if (stream.fractionLost === null) continue;
    const sent = stream.packets - (before.get(id)?.packets ?? 0);
    packets += sent;
    lost += sent * stream.fractionLost;
  }
  return packets < MIN_PACKETS ? null : lost / packets * 100;
}

/** Chromium names the selected pair in its transport, Firefox marks it; a nominated pair that has succeeded is what the standard has. */
function selectedPair(stats: Map<string, Stat>): Stat | undefined {
  const all = [...stats.values()];
  const transport = all.find(({ selectedCandidatePairId }) =>
    selectedCandidatePairId
  );
  const pairs = all.filter(({ type }) => type === "candidate-pair");
  return stats.get(String(transport?.selectedCandidatePairId)) ??
    pairs.find(({ selected }) => selected) ??
    pairs.find(({ nominated, state }) => nominated && state === "succeeded");
}

function pathOf(
  pair: Stat | undefined,
  stats: Map<string, Stat>,
  remoteSdp: string,
): Path | null {
  const remote = stats.get(String(pair?.remoteCandidateId));
  // Whose checks come before its candidates is taken for a reflexive one at first (RFC 8445, 7.3.1.3), by Firefox for good.
  const isHost = remoteSdp.includes(
    ` ${remote?.address} ${remote?.port} typ host`,
  );
  const types = [
    stats.get(String(pair?.localCandidateId))?.candidateType,
    isHost ? "host" : remote?.candidateType,
  ];
  if (types.includes("relay")) return "relayed";
  if (types.includes("srflx") || types.includes("prflx")) return "reflexive";
  return types.includes("host") ? "direct" : null;
}

function most(list: Stat[], field: string): number | null {
  const values = list.map((stat) => numeric(stat[field]))
    .filter((value) => value !== null);
  return values.length === 0 ? null : Math.max(...values);
}

function numeric(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

function times(value: number | null, factor: number): number | null {
  return value === null ? null : value * factor;
}

function ratio(part: number, whole: number): number | null {
  return whole <= 0 ? null : part / whole;
}

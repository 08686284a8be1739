/** A stats report as a browser makes one, with sums that a test lets grow. W3C WebRTC Statistics. */
export class FakeStats {
  /** Counters and gauges of the one sound that comes, and of the one that goes. */
  readonly received: Record<string, number> = {
    packetsReceived: 0,
    packetsLost: 0,
    bytesReceived: 0,
    headerBytesReceived: 0,
    jitter: 0.004,
    totalSamplesReceived: 0,
    concealedSamples: 0,
    silentConcealedSamples: 0,
    jitterBufferDelay: 0,
    jitterBufferEmittedCount: 0,
  };
  readonly sent: Record<string, number> = {
    packetsSent: 0,
    bytesSent: 0,
    headerBytesSent: 0,
  };
  /** What the other end says of what it gets. */
  readonly reported: Record<string, number> = { fractionLost: 0 };
  readonly pair: Record<string, number | boolean | string> = {
    state: "succeeded",
    nominated: true,
    currentRoundTripTime: 0.04,
  };
  types = { local: "host", remote: "host" };
  remote: { address?: string; port?: number } = {};
  /** How the selected pair is told: Chromium's way or Firefox's. */
  transport: "named" | "marked" = "named";

  /** Sound goes by, both ways, 50 packets a second; so much of what comes is lost, and as much made up. */
  flow(seconds: number, lostPercent = 0): void {
    const packets = Math.round(50 * seconds);
    const lost = Math.round(packets * lostPercent / 100);
    add(this.received, {
      packetsReceived: packets - lost,
      packetsLost: lost,
      bytesReceived: (packets - lost) * 80,
      headerBytesReceived: (packets - lost) * 20,
      totalSamplesReceived: packets * 960,
      concealedSamples: lost * 960,
      jitterBufferDelay: packets * 960 * 0.05,
      jitterBufferEmittedCount: packets * 960,
    });
    add(this.sent, {
      packetsSent: packets,
      bytesSent: packets * 80,
      headerBytesSent: packets * 20,
    });
  }

  report(): RTCStatsReport {
    const { local, remote } = this.types;
    const isNamed = this.transport === "named";
    const stats = [
      { id: "in", type: "inbound-rtp", kind: "audio", ...this.received },
      { id: "out", type: "outbound-rtp", kind: "audio", ...this.sent },
      {
        id: "far",
        type: "remote-inbound-rtp",
        kind: "audio",
        localId: "out",
        ...this.reported,
      },
      {
        id: "other pair",
        type: "candidate-pair",
        state: "in-progress",
        localCandidateId: "relay",
        remoteCandidateId: "relay",
      },
      {
        id: "pair",
        type: "candidate-pair",
        localCandidateId: "local",
        remoteCandidateId: "remote",
        ...this.pair,
        ...isNamed ? {} : { selected: true },
      },
      { id: "local", type: "local-candidate", candidateType: local },
      {
        id: "remote",
        type: "remote-candidate",
        candidateType: remote,
        ...this.remote,
      },
      { id: "relay", type: "local-candidate", candidateType: "relay" },
      ...isNamed
        ? [{ id: "t", type: "transport", selectedCandidatePairId: "pair" }]
        : [],
    ];
    return new Map(stats.map((stat) => [stat.id, stat])) as RTCStatsReport;
  }
}

function add(sums: Record<string, number>, more: Record<string, number>): void {
  for (const [name, value] of Object.entries(more)) sums[name] += value;
}

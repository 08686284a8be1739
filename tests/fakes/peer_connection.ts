import { delay } from "@/lib/protocol/clock.ts";
import { FakeDataChannel } from "./data_channel.ts";
import { FakeTrack } from "./media.ts";
import type { PeerNetwork } from "./peer_network.ts";

interface Section {
  mid: string;
  kind: "audio" | "video" | "application";
  direction: RTCRtpTransceiverDirection;
}

/** What stands in for SDP. */
interface Sdp {
  ufrag: string;
  setup: "a=setup:actpass" | "a=setup:active" | "a=setup:passive";
  /** Those that were found by the time it was read. */
  candidates?: RTCIceCandidateInit[];
  sections: Section[];
}

interface FakeTransceiver {
  mid: string | null;
  direction: RTCRtpTransceiverDirection;
  /** As last negotiated. */
  agreed: RTCRtpTransceiverDirection | null;
  /** Made by a remote offer that is not yet answered: a rollback takes it away. */
  isProvisional: boolean;
  sender: {
    track: FakeTrack | null;
    replaceTrack(track: FakeTrack | null): Promise<void>;
  };
  receiver: { track: FakeTrack };
}

type Description = { type: RTCSdpType; sdp: string };

/**
 * An RTCPeerConnection as far as the library uses one, after W3C WebRTC 4.4 and RFC 8829: the signaling state machine with implicit
 * rollback, the operations chain, negotiationneeded, and transceivers, of which those made by addTransceiver never take up a section
 * of a remote offer (RFC 8829, 5.10). SDP is JSON. Of DTLS roles it answers every offer as `active`, as Firefox does, and refuses an answer
 * that would change them, as Chromium does.
 */
export class FakePeerConnection {
  signalingState: RTCSignalingState = "stable";
  connectionState: RTCPeerConnectionState = "new";
  localDescription: Description | null = null;
  remoteDescription: Description | null = null;
  currentLocalDescription: Description | null = null;
  currentRemoteDescription: Description | null = null;
  onnegotiationneeded: (() => void) | null = null;
  onicecandidate: ((event: { candidate: unknown }) => void) | null = null;
  onconnectionstatechange: (() => void) | null = null;
  oniceconnectionstatechange: (() => void) | null = null;
  onicegatheringstatechange: (() => void) | null = null;
  iceGatheringState: RTCIceGatheringState = "new";
  channel: FakeDataChannel | null = null;
  /** The agreed credentials. */
  ice = { local: "", remote: "", hasCandidates: false };
  readonly network: PeerNetwork;
  readonly id: number;
  /** Of the other end, as far as they were of use. */
  readonly candidates: RTCIceCandidateInit[] = [];
  /** Offers that were made. */
  offers = 0;
  #transceivers: FakeTransceiver[] = [];
  #chain: Promise<unknown> = Promise.resolve();
  #operations = 0;
  #ufrag = "";
  #generation = 0;
  #restarts = false;
  #checksScheduled = false;
  #channelIsAgreed = false;
  #gatheredFor = "";
  #remoteUfrag = "";
  /** The other's description held candidates. */
  #remoteHasCandidates = false;
  #isDtlsClient: boolean | null = null;
  #cancelLoss = () => {};

  constructor(network: PeerNetwork, readonly configuration: RTCConfiguration) {
    this.network = network;
    this.id = network.connections.push(this);
  }

  get iceConnectionState(): RTCIceConnectionState {
    return this.connectionState === "connecting"
      ? "checking"
      : this.connectionState;
  }

  getTransceivers(): FakeTransceiver[] {
    return [...this.#transceivers];
  }

  createDataChannel(label: string): FakeDataChannel {
    this.channel = new FakeDataChannel(label, this);
    this.#mayNeedNegotiation();
    return this.channel;
  }

  addTransceiver(trackOrKind: FakeTrack | "audio" | "video"): FakeTransceiver {
    this.#assertOpen();
    const isKind = typeof trackOrKind === "string";
    const kind = isKind ? trackOrKind : trackOrKind.kind;
    const transceiver = this.#add(kind, "sendrecv");
    if (!isKind) transceiver.sender.track = trackOrKind;
    this.#mayNeedNegotiation();
    return transceiver;
  }

  #add(
    kind: "audio" | "video",
    direction: RTCRtpTransceiverDirection,
  ): FakeTransceiver {
    const sender: FakeTransceiver["sender"] = {
      track: null,
      replaceTrack: async (track) => {
        await null;
        this.#assertOpen();
        if (track && track.kind !== kind) throw new TypeError("wrong kind");
        sender.track = track;
      },
    };
    const transceiver: FakeTransceiver = {
      mid: null,
      direction,
      agreed: null,
      isProvisional: false,
      sender,
      receiver: { track: new FakeTrack(kind) },
    };
    this.#transceivers.push(transceiver);
    return transceiver;
  }

  restartIce(): void {
    this.#restarts = true;
    this.#mayNeedNegotiation();
  }

  setLocalDescription(): Promise<void> {
    return this.#chained(async () => {
      const state = this.signalingState;
      if (state === "stable" || state === "have-local-offer") {
        const sdp = this.#offer();
        await this.#work();
        this.offers++;
        this.localDescription = { type: "offer", sdp: JSON.stringify(sdp) };
        this.signalingState = "have-local-offer";
      } else {
        const sdp = this.#answer();
        await this.#work();
        this.localDescription = { type: "answer", sdp: JSON.stringify(sdp) };
        this.#isDtlsClient ??= true;
        this.#agree(sdp);
      }
      this.#gather();
    });
  }

  setRemoteDescription(description: Description): Promise<void> {
    return this.#chained(async () => {
      const sdp: Sdp = JSON.parse(description.sdp);
      await this.#work();
      const isKnown = sdp.ufrag === this.#remoteUfrag;
      this.#remoteHasCandidates = sdp.candidates !== undefined ||
        (isKnown && this.#remoteHasCandidates);
      if (description.type === "offer") {
        if (this.signalingState === "have-local-offer") this.#rollBack();
        this.remoteDescription = description;
        this.signalingState = "have-remote-offer";
        for (const section of sdp.sections) {
          if (section.kind === "application") continue;
          const known = this.#transceivers.find((t) => t.mid === section.mid);
          if (known) continue;
          const made = this.#add(section.kind, "recvonly");
          made.mid = section.mid;
          made.isProvisional = true;
        }
        this.#remoteUfrag = sdp.ufrag;
      } else {
        if (this.signalingState !== "have-local-offer") {
          throw new DOMException("no offer", "InvalidStateError");
        }
        const isClient = sdp.setup === "a=setup:passive";
        if (isClient !== (this.#isDtlsClient ?? isClient)) {
          throw new DOMException("DTLS role", "InvalidAccessError");
        }
        this.#isDtlsClient = isClient;
        this.remoteDescription = description;
        this.#remoteUfrag = sdp.ufrag;
        this.#agree(sdp);
      }
    });
  }

  addIceCandidate(candidate: RTCIceCandidateInit): Promise<void> {
    return this.#chained(async () => {
      await null;
      if (this.remoteDescription === null) {
        throw new DOMException("no remote description", "InvalidStateError");
      }
      if (candidate.usernameFragment !== this.#remoteUfrag) {
        throw new DOMException("unknown ufrag", "OperationError");
      }
      this.candidates.push(candidate);
      this.#remoteHasCandidates = true;
      this.ice.hasCandidates = true;
      this.network.look(this);
    });
  }

  close(): void {
    if (this.signalingState === "closed") return;
    this.signalingState = "closed";
    this.connectionState = "closed";
    this.#cancelLoss();
    this.channel?.close();
    this.network.look(this);
  }

  /** From the network: whether the other end can be reached now. */
  pathChanged(
    reaches: boolean,
    disconnectedMs: number,
    failedMs: number,
  ): void {
    if (this.signalingState === "closed" || this.ice.remote === "") return;
    const { clock } = this.network;
    if (reaches) {
      if (this.connectionState === "connected") {
        this.#cancelLoss();
        this.channel?.flush();
      } else if (!this.#checksScheduled) {
        this.#checksScheduled = true;
        clock.after(20, () => {
          this.#checksScheduled = false;
          if (!this.network.reaches(this)) return;
          this.#cancelLoss();
          this.#cancelLoss = () => {};
          this.#become("connected");
          this.channel?.open();
          this.channel?.flush();
        });
      }
    } else if (this.connectionState === "connected") {
      this.#cancelLoss();
      const cancel = [
        clock.after(disconnectedMs, () => this.#become("disconnected")),
        clock.after(failedMs, () => this.#fail()),
      ];
      this.#cancelLoss = () => cancel.forEach((task) => task());
    }
  }

  #fail(): void {
    this.#become("failed");
    this.channel?.failed(); // As Firefox does.
  }

  #become(state: RTCPeerConnectionState): void {
    if (this.connectionState === "closed" || this.connectionState === state) {
      return;
    }
    this.connectionState = state;
    this.oniceconnectionstatechange?.();
    this.onconnectionstatechange?.();
  }

  #offer(): Sdp {
    if (this.#ufrag === "" || this.#restarts) this.#newUfrag();
    this.#transceivers.forEach((t, i) => t.mid ??= String(i));
    return {
      ufrag: this.#ufrag,
      setup: "a=setup:actpass",
      sections: this.#sections(),
    };
  }

  #answer(): Sdp {
    const isRestart = this.ice.remote !== "" &&
      this.ice.remote !== this.#remoteUfrag;
    if (this.#ufrag === "" || isRestart) this.#newUfrag();
    const offer: Sdp = JSON.parse(this.remoteDescription!.sdp);
    const mids = offer.sections.map(({ mid }) => mid);
    const sections = this.#sections()
      .filter(({ mid }) => mids.includes(mid));
    return { ufrag: this.#ufrag, setup: "a=setup:active", sections };
  }

  #sections(): Section[] {
    const sections: Section[] = this.#transceivers
      .filter(({ mid }) => mid !== null)
      .map(({ mid, direction, receiver }) => ({
        mid: mid!,
        kind: receiver.track.kind,
        direction,
      }));
    if (this.channel) {
      sections.push({
        mid: "data",
        kind: "application",
        direction: "sendrecv",
      });
    }
    return sections;
  }

  #newUfrag(): void {
    this.#restarts = false;
    this.#ufrag = `${this.id}.${++this.#generation}`;
  }

  /** An answer was set: what was offered is in force. */
  #agree(answer: Sdp): void {
    this.signalingState = "stable";
    this.currentLocalDescription = this.localDescription;
    this.currentRemoteDescription = this.remoteDescription;
    for (const { mid, direction } of answer.sections) {
      if (mid === "data") this.#channelIsAgreed = true;
      const transceiver = this.#transceivers.find((t) => t.mid === mid);
      if (!transceiver) continue;
      transceiver.agreed = direction;
      transceiver.isProvisional = false;
    }
    const isNewPath = this.ice.remote !== this.#remoteUfrag;
    this.ice = {
      local: this.#ufrag,
      remote: this.#remoteUfrag,
      hasCandidates: this.#remoteHasCandidates ||
        (this.ice.hasCandidates && !isNewPath),
    };
    if (this.connectionState === "new") this.#become("connecting");
    this.network.look(this);
    this.#mayNeedNegotiation();
  }

  #rollBack(): void {
    this.signalingState = "stable";
    this.#transceivers = this.#transceivers.filter((t) => !t.isProvisional);
    for (const transceiver of this.#transceivers) {
      if (transceiver.agreed === null) transceiver.mid = null;
    }
    if (this.ice.local !== this.#ufrag) {
      // The restart that was offered has not happened; it is still wanted.
      this.#restarts = this.ice.local !== "";
      this.#ufrag = this.ice.local;
    }
  }

  #needsNegotiation(): boolean {
    return this.#restarts ||
      (this.channel !== null && !this.#channelIsAgreed) ||
      this.#transceivers.some((t) =>
        t.mid === null || t.agreed !== t.direction
      );
  }

  #mayNeedNegotiation(): void {
    this.network.clock.after(0, () => {
      // While operations run it is looked at again at their end (W3C WebRTC 4.7.3).
      if (this.#operations > 0 || this.signalingState !== "stable") return;
      if (this.#needsNegotiation()) this.onnegotiationneeded?.();
    });
  }

  #gather(): void {
    const candidate = {
      candidate: "candidate:fake",
      sdpMid: "0",
      usernameFragment: this.#ufrag,
    };
    let waiting = 3;
    if (this.#gatheredFor !== this.#ufrag) this.iceGatheringState = "gathering";
    for (const found of [candidate, { ...candidate }, null]) {
      this.network.clock.after(this.network.random() * 30, () => {
        if (!this.network.finds) return;
        this.onicecandidate?.({
          candidate: found && { ...found, toJSON: () => found },
        });
        if (--waiting === 0) this.#gathered(candidate);
      });
    }
  }

  /** All were found: the description holds them from now on. */
  #gathered(candidate: RTCIceCandidateInit & { usernameFragment: string }) {
    if (candidate.usernameFragment !== this.#ufrag) return;
    this.#gatheredFor = this.#ufrag;
    this.iceGatheringState = "complete";
    if (this.localDescription !== null) {
      const { type, sdp } = this.localDescription;
      const candidates = [candidate];
      this.localDescription = {
        type,
        sdp: JSON.stringify({ ...JSON.parse(sdp), candidates }),
      };
    }
    this.onicegatheringstatechange?.();
  }

  #chained(operation: () => Promise<void>): Promise<void> {
    this.#operations++;
    const result = this.#chain.then(() => {
      this.#assertOpen();
      return operation();
    });
    this.#chain = result.catch(() => {}).then(() => {
      if (--this.#operations === 0) this.#mayNeedNegotiation();
    });
    return result;
  }

  async #work(): Promise<void> {
    await delay(this.network.clock, this.network.random() * this.network.work);
    // W3C WebRTC 4.4.1.5: after close nothing resolves; a rejection is worse to bear.
    this.#assertOpen();
  }

  #assertOpen(): void {
    if (this.signalingState === "closed") {
      throw new DOMException("closed", "InvalidStateError");
    }
  }
}

/** A constructor of connections over that network. */
export function peerConnections(
  network: PeerNetwork,
): typeof RTCPeerConnection {
  return class extends FakePeerConnection {
    constructor(configuration: RTCConfiguration = {}) {
      super(network, configuration);
    }
  } as unknown as typeof RTCPeerConnection;
}

import { delay } from "@/lib/protocol/clock.ts";
import { FakeDataChannel } from "./data_channel.ts";
import { FakeIce } from "./ice.ts";
import type { FakeTrack } from "./media.ts";
import { OperationsChain } from "./operations_chain.ts";
import type { PeerNetwork } from "./peer_network.ts";
import {
  intersection,
  readSdp,
  reversed,
  type Sdp,
  type Section,
  writeSdp,
} from "./sdp.ts";
import { FakeTransceiver } from "./transceiver.ts";

type Description = { type: RTCSdpType; sdp: string };
type Parsed = { type: RTCSdpType; sdp: Sdp };

/** The mid of the data channels' m-line. */
const DATA = "data";

/**
 * An RTCPeerConnection as far as the library uses one, after W3C WebRTC 4.4 and RFC 8829: the operations chain, the signaling states with
 * explicit and implicit rollback, the negotiation-needed flag, m-lines that are paired with transceivers, added, refused and used again,
 * ICE restarts, and errors for what is not possible. SDP is JSON. Of DTLS roles it answers every offer as `active`, as Firefox does, and
 * refuses an answer that would change them, as Chromium does. Who takes back an offer gets to feel Chromium 153's lapses (FakeSender).
 */
export class FakePeerConnection {
  signalingState: RTCSignalingState = "stable";
  onnegotiationneeded: (() => void) | null = null;
  onicecandidate: ((event: { candidate: unknown }) => void) | null = null;
  onconnectionstatechange: (() => void) | null = null;
  oniceconnectionstatechange: (() => void) | null = null;
  onicegatheringstatechange: (() => void) | null = null;
  channel: FakeDataChannel | null = null;
  readonly ice: FakeIce;
  readonly network: PeerNetwork;
  readonly id: number;
  /** Offers that were made. */
  offers = 0;
  /** What getStats gives. A test may put something there. */
  stats = new Map<string, unknown>();
  #configuration: RTCConfiguration;
  #transceivers: FakeTransceiver[] = [];
  #pendingLocal: Parsed | null = null;
  #pendingRemote: Parsed | null = null;
  #currentLocal: Parsed | null = null;
  #currentRemote: Parsed | null = null;
  readonly #operations = new OperationsChain(() => {
    if (!this.#looksOnEmptyChain) return;
    this.#looksOnEmptyChain = false;
    this.#updateNegotiationNeeded();
  });
  #needsNegotiation = false;
  #looksOnEmptyChain = false;
  /** [[LocalIceCredentialsToReplace]] */
  #toReplace = new Set<string>();
  #mids = 0;
  #isDtlsClient: boolean | null = null;

  constructor(network: PeerNetwork, configuration: RTCConfiguration) {
    this.network = network;
    this.#configuration = configuration;
    this.id = network.connections.push(this);
    this.ice = new FakeIce({
      network,
      id: this.id,
      onState: (state) => {
        // After `failed` Firefox's channels are closed for good.
        if (state === "failed") this.channel?.failed();
        this.oniceconnectionstatechange?.();
        this.onconnectionstatechange?.();
      },
      onFound: (found) =>
        this.onicecandidate?.({
          candidate: found && { ...found, toJSON: () => found },
        }),
    });
  }

  get connectionState(): RTCPeerConnectionState {
    return this.ice.state;
  }
  get iceConnectionState(): RTCIceConnectionState {
    const { state } = this.ice;
    return state === "connecting" ? "checking" : state;
  }
  get iceGatheringState(): RTCIceGatheringState {
    return this.ice.gatheringState;
  }
  get localDescription(): Description | null {
    return written(this.#pendingLocal ?? this.#currentLocal);
  }
  get remoteDescription(): Description | null {
    return written(this.#pendingRemote ?? this.#currentRemote);
  }
  get currentLocalDescription(): Description | null {
    return written(this.#currentLocal);
  }
  get currentRemoteDescription(): Description | null {
    return written(this.#currentRemote);
  }

  getConfiguration(): RTCConfiguration {
    return this.#configuration;
  }

  setConfiguration(configuration: RTCConfiguration): void {
    this.#assertOpen();
    this.#configuration = configuration;
  }

  getStats(): Promise<Map<string, unknown>> {
    return Promise.resolve(this.stats);
  }

  getTransceivers(): FakeTransceiver[] {
    return [...this.#transceivers];
  }

  createDataChannel(label: string): FakeDataChannel {
    this.#assertOpen();
    this.channel = new FakeDataChannel(label, this);
    this.#updateNegotiationNeeded();
    return this.channel;
  }

  addTransceiver(
    trackOrKind: FakeTrack | "audio" | "video",
    init: RTCRtpTransceiverInit = {},
  ): FakeTransceiver {
    this.#assertOpen();
    const isKind = typeof trackOrKind === "string";
    const kind = isKind ? trackOrKind : trackOrKind.kind;
    const transceiver = this.#add(kind, init.direction ?? "sendrecv");
    if (!isKind) transceiver.sender.track = trackOrKind;
    this.#updateNegotiationNeeded();
    return transceiver;
  }

  restartIce(): void {
    const described = [this.#currentLocal, this.#pendingLocal];
    this.#toReplace = new Set(
      described.flatMap((one) => one === null ? [] : [one.sdp.ufrag]),
    );
    this.#updateNegotiationNeeded();
  }

  /** Without an argument: what the signaling state asks for. */
  setLocalDescription(description?: { type: RTCSdpType }): Promise<void> {
    return this.#chained(async () => {
      const answers = this.signalingState === "have-remote-offer";
      const type = description?.type ?? (answers ? "answer" : "offer");
      if (type === "rollback") return this.#rollBack();
      if (answers !== (type === "answer")) {
        throw new DOMException(this.signalingState, "InvalidStateError");
      }
      const sdp = answers ? this.#answer() : this.#offer();
      await this.#work();
      this.#pendingLocal = { type, sdp };
      for (const { sender } of this.#transceivers) sender.described();
      if (answers) {
        this.#isDtlsClient ??= true;
        this.#agree(sdp, (direction) => direction);
      } else {
        this.offers++;
        this.signalingState = "have-local-offer";
      }
      this.ice.gather((candidates) => this.#gathered(candidates));
    });
  }

  setRemoteDescription(description: Description): Promise<void> {
    return this.#chained(async () => {
      const { type } = description;
      const sdp = readSdp(description.sdp);
      await this.#work();
      if (type === "offer") {
        if (this.signalingState === "have-local-offer") {
          for (const { mid, direction } of this.#pendingLocal!.sdp.sections) {
            this.#of(mid)?.takeBack(direction);
          }
          this.#rollBack();
        }
        this.#pendingRemote = { type, sdp };
        this.signalingState = "have-remote-offer";
        this.#pair(sdp.sections);
      } else {
        if (this.signalingState !== "have-local-offer") {
          throw new DOMException(this.signalingState, "InvalidStateError");
        }
        const isClient = sdp.setup !== "active";
        if (isClient !== (this.#isDtlsClient ?? isClient)) {
          throw new DOMException("DTLS role", "InvalidAccessError");
        }
        this.#isDtlsClient = isClient;
        this.#pendingRemote = { type, sdp };
      }
      this.ice.setRemote(sdp.ufrag, sdp.candidates !== undefined);
      if (type === "answer") this.#agree(sdp, reversed);
    });
  }

  addIceCandidate(candidate: RTCIceCandidateInit): Promise<void> {
    return this.#chained(async () => {
      await null;
      if (this.remoteDescription === null) {
        throw new DOMException("no remote description", "InvalidStateError");
      }
      this.ice.add(candidate);
      this.network.look(this);
    });
  }

  close(): void {
    if (this.signalingState === "closed") return;
    this.signalingState = "closed";
    this.ice.close();
    this.channel?.close();
    for (const transceiver of this.#transceivers) transceiver.end();
    this.network.look(this);
  }

  #add(
    kind: "audio" | "video",
    direction: RTCRtpTransceiverDirection,
  ): FakeTransceiver {
    const transceiver = new FakeTransceiver(
      kind,
      direction,
      () => this.#assertOpen(),
      () => {
        this.#forgetStopped();
        this.#updateNegotiationNeeded();
      },
    );
    this.#transceivers.push(transceiver);
    return transceiver;
  }

  /** Stopped without an m-line there is nothing to negotiate. */
  #forgetStopped(): void {
    this.#transceivers = this.#transceivers
      .filter(({ mid, isStopping }) => mid !== null || !isStopping);
  }

  #of(mid: string): FakeTransceiver | undefined {
    return this.#transceivers.find((one) => one.mid === mid);
  }

  /** The m-lines of the last agreement, with new ones in the places of refused ones and at the end. */
  #offer(): Sdp {
    const known = this.#currentLocal?.sdp.sections ?? [];
    const added = this.#transceivers
      .filter(({ mid, isStopping }) => mid === null && !isStopping);
    const place = (transceiver: FakeTransceiver): Section => {
      const { kind, direction } = transceiver;
      transceiver.mid = this.#newMid();
      return { mid: transceiver.mid, kind, direction, isRejected: false };
    };
    const sections = known.map((section): Section => {
      if (section.kind === "application") return section;
      const transceiver = this.#of(section.mid);
      if (transceiver === undefined) {
        const heir = added.findIndex(({ kind }) => kind === section.kind);
        if (heir >= 0) return place(added.splice(heir, 1)[0]);
      }
      if (transceiver === undefined || transceiver.isStopping) {
        return { ...section, direction: "inactive", isRejected: true };
      }
      return { ...section, direction: transceiver.direction };
    });
    sections.push(...added.map(place));
    if (this.channel && !sections.some(({ mid }) => mid === DATA)) {
      const direction = "sendrecv";
      const kind = "application";
      sections.push({ mid: DATA, kind, direction, isRejected: false });
    }
    const ufrag = this.ice.offered(this.#toReplace.size > 0);
    return { ufrag, setup: "actpass", sections };
  }

  #answer(): Sdp {
    const offer = this.#pendingRemote!.sdp;
    const sections = offer.sections.map((section): Section => {
      if (section.kind === "application") return section;
      const transceiver = this.#of(section.mid);
      const isRejected = section.isRejected || !transceiver ||
        transceiver.isStopping;
      const direction = isRejected
        ? "inactive"
        : intersection(transceiver.direction, reversed(section.direction));
      return { ...section, direction, isRejected };
    });
    return { ufrag: this.ice.answered(), setup: "active", sections };
  }

  /** Unlike all others in use (RFC 8829, 5.2.1). */
  #newMid(): string {
    const used = [this.#currentLocal, this.#currentRemote, this.#pendingRemote]
      .flatMap((one) => one?.sdp.sections.map(({ mid }) => mid) ?? []);
    while (used.includes(String(this.#mids))) this.#mids++;
    return String(this.#mids++);
  }

  /** Finds, or makes, the transceivers of an offer's m-lines. Those of addTransceiver are never taken for them (RFC 8829, 5.10). */
  #pair(sections: Section[]): void {
    for (const { mid, kind, isRejected } of sections) {
      if (kind === "application" || isRejected || this.#of(mid)) continue;
      const made = this.#add(kind, "recvonly");
      made.mid = mid;
      made.isProvisional = true;
    }
  }

  /** An answer was set: what was offered is in force. `ours`: how its directions look from here. */
  #agree(
    answer: Sdp,
    ours: (direction: RTCRtpTransceiverDirection) => RTCRtpTransceiverDirection,
  ): void {
    for (const { mid, direction, isRejected } of answer.sections) {
      const transceiver = this.#of(mid);
      if (!transceiver) continue;
      transceiver.isProvisional = false;
      transceiver.currentDirection = isRejected ? "stopped" : ours(direction);
      if (isRejected) transceiver.end();
    }
    this.#transceivers = this.#transceivers
      .filter(({ currentDirection }) => currentDirection !== "stopped");
    this.#currentLocal = this.#pendingLocal;
    this.#currentRemote = this.#pendingRemote;
    this.#pendingLocal = this.#pendingRemote = null;
    this.ice.agree();
    if (!this.#toReplace.has(this.ice.local)) this.#toReplace.clear();
    this.#becameStable();
    this.network.look(this);
  }

  #rollBack(): void {
    if (this.signalingState === "stable") {
      throw new DOMException("stable", "InvalidStateError");
    }
    this.#transceivers = this.#transceivers
      .filter(({ isProvisional }) => !isProvisional);
    for (const transceiver of this.#transceivers) {
      if (transceiver.currentDirection === null) transceiver.mid = null;
    }
    this.#forgetStopped();
    this.#pendingLocal = this.#pendingRemote = null;
    this.ice.rollBack();
    this.#becameStable();
  }

  #becameStable(): void {
    this.signalingState = "stable";
    this.#needsNegotiation = false;
    this.#updateNegotiationNeeded();
  }

  /** W3C WebRTC 4.7.3. */
  #updateNegotiationNeeded(): void {
    if (this.#operations.isBusy) {
      this.#looksOnEmptyChain = true;
      return;
    }
    this.network.clock.after(0, () => {
      if (this.signalingState === "closed") return;
      if (this.#operations.isBusy) {
        this.#looksOnEmptyChain = true;
        return;
      }
      if (this.signalingState !== "stable") return;
      const isNeeded = this.#isNegotiationNeeded();
      if (isNeeded === this.#needsNegotiation) return;
      this.#needsNegotiation = isNeeded;
      if (isNeeded) this.onnegotiationneeded?.();
    });
  }

  #isNegotiationNeeded(): boolean {
    if (this.#toReplace.size > 0) return true;
    const mine = this.#currentLocal;
    const find = (one: Parsed | null, mid: string | null) =>
      one?.sdp.sections.find((section) => section.mid === mid);
    if (this.channel !== null && !find(mine, DATA)) return true;
    return this.#transceivers.some(({ mid, direction, isStopping }) => {
      const local = find(mine, mid);
      if (isStopping) return local !== undefined && !local.isRejected;
      if (mine === null || local === undefined) return true;
      const remote = find(this.#currentRemote, mid);
      const theirs = reversed(remote?.direction ?? "inactive");
      if (mine.type === "offer") {
        return local.direction !== direction && theirs !== direction;
      }
      return local.direction !== intersection(direction, theirs);
    });
  }

  #gathered(candidates: RTCIceCandidateInit[]): void {
    const newest = this.#pendingLocal ?? this.#currentLocal;
    if (newest !== null) newest.sdp = { ...newest.sdp, candidates };
    this.onicegatheringstatechange?.();
  }

  async #chained(operation: () => Promise<void>): Promise<void> {
    this.#assertOpen();
    await this.#operations.add(operation);
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

function written(description: Parsed | null): Description | null {
  return description &&
    { type: description.type, sdp: writeSdp(description.sdp) };
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

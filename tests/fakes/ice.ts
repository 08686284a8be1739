import type { Credentials, PeerNetwork } from "./peer_network.ts";

/** How long checks take, in milliseconds. */
const CHECKS_MS = 20;

export interface FakeIceOptions {
  network: PeerNetwork;
  /** Of the peer connection: it makes the credentials differ. */
  id: number;
  onState(state: RTCPeerConnectionState): void;
  onFound(candidate: RTCIceCandidateInit | null): void;
}

/** The ICE agent of one peer connection: RFC 8445. Its credentials are told apart by the user name fragment alone (RFC 8839, 5.4). */
export class FakeIce implements Credentials {
  /** As agreed by both descriptions. */
  local = "";
  remote = "";
  hasCandidates = false;
  /** The path that works, or did last. It is used until a restart has found another. */
  selected: Credentials | null = null;
  state: RTCPeerConnectionState = "new";
  gatheringState: RTCIceGatheringState = "new";
  /** Of the other end, as far as they were of use. */
  readonly candidates: RTCIceCandidateInit[] = [];
  readonly #options: FakeIceOptions;
  /** Of the newest descriptions. */
  #ufrag = "";
  #remoteUfrag = "";
  #remoteHasCandidates = false;
  #generation = 0;
  #gatheredFor = "";
  #checksScheduled = false;
  #cancelLoss = () => {};

  constructor(options: FakeIceOptions) {
    this.#options = options;
  }

  /** For the next offer. */
  offered(restart: boolean): string {
    if (this.#ufrag === "" || restart) this.#renew();
    return this.#ufrag;
  }

  /** For the answer to an offer with other credentials than agreed: a restart of both (RFC 8839, 4.4.1.1.1). */
  answered(): string {
    const isRestart = this.remote !== "" && this.remote !== this.#remoteUfrag;
    if (this.#ufrag === "" || isRestart) this.#renew();
    return this.#ufrag;
  }

  /** From a remote description. */
  setRemote(ufrag: string, hasCandidates: boolean): void {
    const isKnown = ufrag === this.#remoteUfrag;
    this.#remoteHasCandidates = hasCandidates ||
      (isKnown && this.#remoteHasCandidates);
    this.#remoteUfrag = ufrag;
  }

  /** What was described and not agreed is void. */
  rollBack(): void {
    this.#ufrag = this.local;
    this.#remoteUfrag = this.remote;
  }

  /** An answer was set. */
  agree(): void {
    const isNew = this.remote !== this.#remoteUfrag;
    this.local = this.#ufrag;
    this.remote = this.#remoteUfrag;
    this.hasCandidates = this.#remoteHasCandidates ||
      (this.hasCandidates && !isNew);
    if (this.state === "new") this.#become("connecting");
  }

  /** @throws {DOMException} `OperationError`: no remote description has such credentials. */
  add(candidate: RTCIceCandidateInit): void {
    const { usernameFragment } = candidate;
    if (![this.remote, this.#remoteUfrag].includes(usernameFragment ?? "")) {
      throw new DOMException("unknown ufrag", "OperationError");
    }
    this.candidates.push(candidate);
    if (usernameFragment !== this.#remoteUfrag) return;
    this.#remoteHasCandidates = true;
    if (this.remote === this.#remoteUfrag) this.hasCandidates = true;
  }

  /** Looks for candidates, if it has not done so under these credentials. `done`: with those that were found. */
  gather(done: (candidates: RTCIceCandidateInit[]) => void): void {
    const ufrag = this.#ufrag;
    if (this.#gatheredFor === ufrag) return;
    this.#gatheredFor = ufrag;
    this.gatheringState = "gathering";
    const candidate = {
      candidate: "candidate:fake",
      sdpMid: "0",
      usernameFragment: ufrag,
    };
    let waiting = 3;
    const { network: { clock, random }, onFound } = this.#options;
    for (const found of [candidate, { ...candidate }, null]) {
      clock.after(random() * 30, () => {
        if (!this.#options.network.finds || this.state === "closed") return;
        onFound(found);
        if (--waiting > 0 || ufrag !== this.#ufrag) return;
        this.gatheringState = "complete";
        done([candidate]);
      });
    }
  }

  /** The agreed path is used from now on, by both ends, if it works. */
  select(other: FakeIce | undefined): void {
    if (!other) return;
    this.selected = { local: this.local, remote: this.remote };
    other.selected = { local: other.local, remote: other.remote };
  }

  /** From the network: whether the other end can be reached now. */
  pathChanged(
    reaches: () => boolean,
    times: { disconnectedMs: number; failedMs: number },
    connected: () => void,
  ): void {
    if (this.state === "closed" || this.remote === "") return;
    const { clock } = this.#options.network;
    if (!reaches()) {
      if (this.state !== "connected") return;
      this.#cancelLoss();
      const cancel = [
        clock.after(times.disconnectedMs, () => this.#become("disconnected")),
        clock.after(times.failedMs, () => this.#become("failed")),
      ];
      this.#cancelLoss = () => cancel.forEach((task) => task());
    } else if (this.state === "connected") {
      this.#cancelLoss();
      connected();
    } else if (!this.#checksScheduled) {
      this.#checksScheduled = true;
      clock.after(CHECKS_MS, () => {
        this.#checksScheduled = false;
        if (!reaches()) return;
        this.#cancelLoss();
        this.#become("connected");
        connected();
      });
    }
  }

  /** As after a change of network: what was agreed works no more. */
  loseAddresses(): void {
    this.remote += " no more";
    this.selected = null;
  }

  close(): void {
    this.state = "closed";
    this.#cancelLoss();
  }

  #renew(): void {
    this.#ufrag = `${this.#options.id}.${++this.#generation}`;
  }

  #become(state: RTCPeerConnectionState): void {
    if (this.state === "closed" || this.state === state) return;
    this.state = state;
    this.#options.onState(state);
  }
}

/** A voice connection that negotiates and mends itself over a channel to the other end. */
import { NO_TRACKS } from "../mesh/negotiation.ts";
import { Peer } from "../mesh/peer.ts";
import type { Platform } from "../platform.ts";
import type { PairChannel, PairEvent } from "./signaling_channel.ts";
import { qualityOf, type VoiceConnection } from "./voice_connection.ts";
import { VOIPError } from "./voip_error.ts";

/** The state of a pair that mends itself, as of a connection. */
const STATE: Readonly<Record<Peer["state"], RTCPeerConnectionState>> = {
  connecting: "connecting",
  connected: "connected",
  reconnecting: "disconnected",
  failed: "failed",
};

export interface AutomaticConnectionOptions {
  pairs: PairChannel;
  platform: Platform;
  configuration: RTCConfiguration;
  /** What to send, now. */
  track: MediaStreamTrack | null;
  /** `state` or `audio` has changed. */
  onChange(): void;
  /** The channel did not take a signal, or the configuration is none. */
  onError(error: VOIPError): void;
}

/** One pair after another with whoever is at the other end. */
export class AutomaticConnection implements VoiceConnection {
  readonly #options: AutomaticConnectionOptions;
  #track: MediaStreamTrack | null;
  /** Null while nobody is at the other end. */
  #peer: Peer | null = null;
  #state: RTCPeerConnectionState = "new";
  #unwatch = () => {};
  #isClosed = false;

  constructor(options: AutomaticConnectionOptions) {
    this.#options = options;
    this.#track = options.track;
  }

  /**
   * Listens to the channel from now on.
   *
   * @throws whatever the channel throws.
   */
  open(): void {
    this.#unwatch = this.#options.pairs.watch((event) => {
      if (!this.#isClosed) this.#heard(event);
    });
  }

  get state(): RTCPeerConnectionState {
    return this.#state;
  }

  get quality(): number {
    return qualityOf(this.#state, this.#peer?.quality ?? null);
  }

  get audio(): MediaStream | null {
    return this.#peer?.audio ?? null;
  }

  setTrack(track: MediaStreamTrack | null): void {
    this.#track = track;
    this.#peer?.setTrack("microphone", track);
  }

  close(): void {
    this.#isClosed = true;
    this.#peer?.close();
    this.#peer = null;
    this.#guard(() => this.#unwatch());
  }

  #heard(event: PairEvent): void {
    const peer = this.#peer;
    switch (event.type) {
      case "pair":
        peer?.close();
        return this.#begin(event.offer, event.polite);
      case "signal":
        return peer?.receive(event.data);
      case "gap":
        return peer?.rebuild();
      case "reachable":
        return peer?.setReachable(event.isReachable);
      case "left":
        peer?.close();
        this.#peer = null;
        return this.#became("disconnected");
    }
  }

  #begin(offer: boolean, polite: boolean): void {
    const { platform, configuration, pairs, onError } = this.#options;
    this.#peer = null;
    let peer: Peer | null = null;
    try {
      peer = new Peer({
        offer,
        polite,
        configuration,
        platform,
        tracks: { ...NO_TRACKS, microphone: this.#track },
        signal: (signal) => this.#guard(() => pairs.send(signal)),
        onChange: () => {
          // Its very first changes come while it is being made; they are looked at below.
          if (peer !== null && peer === this.#peer) {
            this.#became(STATE[peer.state]);
          }
        },
      });
    } catch (cause) {
      this.#became("failed");
      return onError(new VOIPError("invalid-argument", { cause }));
    }
    this.#peer = peer;
    this.#became(STATE[peer.state]);
  }

  #became(state: RTCPeerConnectionState): void {
    this.#state = state;
    this.#options.onChange();
  }

  #guard(task: () => void): void {
    try {
      task();
    } catch (cause) {
      this.#options.onError(new VOIPError("signaling-failed", { cause }));
    }
  }
}

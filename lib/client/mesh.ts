/** A peer connection with everyone in the room, as the session tells who that is. */
import type { PeerInfo } from "../protocol/messages.ts";
import type { Chat } from "./chat.ts";
import { MEDIA, type MediaTracks } from "./negotiation.ts";
import { Peer } from "./peer.ts";
import type { Platform } from "./platform.ts";
import type { Session } from "./session.ts";
import type { SessionEvent } from "./session_event.ts";

export interface MeshOptions {
  session: Session;
  /** Of this page. */
  memberId: string;
  iceServers: RTCIceServer[];
  platform: Platform;
  chat: Chat;
  /** What to send, now. */
  tracks: MediaTracks;
  /** Something of `peers` has changed. */
  onChange(): void;
}

export class Mesh {
  readonly #options: MeshOptions;
  readonly #peers = new Map<string, Peer>();
  #tracks: MediaTracks;
  readonly #unsubscribe: () => void;

  /** Make it before the session is started: it must hear of everyone. */
  constructor(options: MeshOptions) {
    this.#options = options;
    this.#tracks = options.tracks;
    this.#unsubscribe = options.session.subscribe((event) =>
      this.#handle(event)
    );
  }

  /** By member. */
  get peers(): ReadonlyMap<string, Peer> {
    return this.#peers;
  }

  /** Sends other tracks, or none, to everyone, without a new offer. */
  setTracks(tracks: MediaTracks): void {
    const before = this.#tracks;
    this.#tracks = tracks;
    for (const { name } of MEDIA) {
      if (tracks[name] === before[name]) continue;
      for (const peer of this.#peers.values()) {
        peer.setTrack(name, tracks[name]);
      }
    }
  }

  close(): void {
    this.#unsubscribe();
    for (const peer of this.#peers.values()) peer.close();
    this.#peers.clear();
  }

  #handle(event: SessionEvent): void {
    switch (event.type) {
      case "pair":
        return this.#begin(event.peer, event.offer);
      case "left":
        this.#peers.get(event.memberId)?.close();
        this.#peers.delete(event.memberId);
        this.#options.chat.end(event.memberId);
        return this.#options.onChange();
      case "signal":
        return this.#peers.get(event.from)?.receive(event.data);
      case "gap":
        return this.#peers.get(event.memberId)?.rebuild();
      case "peer":
        return this.#reach(event.peer.memberId);
      case "state":
        for (const memberId of this.#peers.keys()) this.#reach(memberId);
    }
  }

  #begin({ memberId, name }: PeerInfo, offer: boolean): void {
    const { session, memberId: me, iceServers, platform, chat, onChange } =
      this.#options;
    this.#peers.get(memberId)?.close();
    const chatPair = chat.begin(memberId, name);
    const peer = new Peer({
      polite: me < memberId,
      offer,
      configuration: { iceServers, bundlePolicy: "max-bundle" },
      platform,
      tracks: this.#tracks,
      signal: (signal) => session.signal(memberId, signal),
      onChannel: (channel) => chatPair.attach(channel),
      onChange,
    });
    this.#peers.set(memberId, peer);
    this.#reach(memberId);
    onChange();
  }

  #reach(memberId: string): void {
    const { session } = this.#options;
    this.#peers.get(memberId)?.setReachable(
      session.state.phase === "open" &&
        session.peers.get(memberId)?.state === "here",
    );
  }
}

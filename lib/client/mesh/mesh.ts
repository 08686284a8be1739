/** A peer connection with everyone in the room, as the session tells who that is. */
import type { PeerInfo, Role } from "../../protocol/messages.ts";
import type { RoomMedia } from "../../protocol/room.ts";
import type { Shown } from "./bitrate_policy.ts";
import type { IceAnswer } from "../api.ts";
import type { FirstOffer } from "./first_offer.ts";
import { IceServers } from "./ice_servers.ts";
import { MEDIA, type MediaTracks } from "./negotiation.ts";
import { PairFrame } from "../session/pair_frame.ts";
import { Peer } from "./peer.ts";
import { mayBeSent } from "./permissions.ts";
import type { Platform } from "../platform.ts";
import type { Session } from "../session/session.ts";
import type { SessionEvent } from "../session/session_event.ts";

export interface MeshOptions {
  session: Session;
  /** Of this page. */
  memberId: string;
  role: Role;
  /** What the room allows. */
  media: RoomMedia;
  ice: IceAnswer;
  /** Fresh ones. */
  fetchIce(): Promise<IceAnswer>;
  platform: Platform;
  /** What to send, as far as this member may, now. */
  tracks: MediaTracks;
  /** What this page shows of each member, as far as it has decided. Read whenever a pair begins. */
  shown: ReadonlyMap<string, Shown>;
  /** Something of `peers` has changed. */
  onChange(): void;
}

export class Mesh {
  readonly #options: MeshOptions;
  readonly #peers = new Map<string, Peer>();
  #tracks: MediaTracks;
  #role: Role;
  #media: RoomMedia;
  readonly #ice: IceServers;
  /** Made by the page, until it is taken up. */
  #firstOffer: FirstOffer | null;
  readonly #unsubscribe: () => void;

  /** Make it before the session is started: it must hear of everyone. */
  constructor(options: MeshOptions) {
    this.#options = options;
    this.#tracks = options.tracks;
    this.#role = options.role;
    this.#media = options.media;
    this.#firstOffer = options.platform.takeFirstOffer();
    this.#ice = new IceServers({
      ...options.platform,
      answer: options.ice,
      fetch: () => options.fetchIce(),
      onRenewed: () => {
        for (const peer of this.#peers.values()) {
          peer.setIceServers(this.#ice.servers);
        }
      },
    });
    this.#unsubscribe = options.session.subscribe((event) =>
      this.#handle(event)
    );
  }

  /** By member. */
  get peers(): ReadonlyMap<string, Peer> {
    return this.#peers;
  }

  /** Sends other tracks, or none, to everyone, without a new offer. What this member may not send is left out. */
  setTracks(tracks: MediaTracks): void {
    this.#tracks = tracks;
    this.#send();
  }

  close(): void {
    this.#unsubscribe();
    this.#ice.close();
    this.#firstOffer?.pc.close();
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
        this.#share();
        return this.#options.onChange();
      case "signal":
        return this.#peers.get(event.from)?.receive(event.data);
      case "gap":
        return this.#peers.get(event.memberId)?.rebuild();
      case "direct":
        return this.#peers.get(event.memberId)?.offerRest();
      case "peer":
        this.#permit();
        return this.#look(event.peer.memberId);
      case "welcome":
        this.#role = event.you.role;
        this.#media = event.room.media;
        return this.#permit();
      case "room":
        this.#media = event.room.media;
        return this.#permit();
      case "state":
        for (const memberId of this.#peers.keys()) this.#look(memberId);
    }
  }

  #begin(info: PeerInfo, offer: boolean): void {
    const { memberId, role } = info;
    const { session, memberId: me, platform, shown } = this.#options;
    this.#peers.get(memberId)?.close();
    const peer = new Peer({
      polite: me < memberId,
      offer,
      firstOffer: offer ? this.#firstOfferTo(info) : undefined,
      configuration: {
        iceServers: this.#ice.servers,
        bundlePolicy: "max-bundle",
      },
      refreshIceServers: () => this.#ice.renew(),
      platform,
      tracks: this.#allowed(),
      accepted: mayBeSent(role, this.#media),
      signal: (signal) => session.signal(memberId, signal),
      onChange: () => this.#changed(memberId),
    });
    this.#peers.set(memberId, peer);
    peer.channel.use({
      schema: PairFrame,
      received: (frame) => session.receiveFrame(memberId, frame),
      opened: () => this.#look(memberId),
      closed: () => this.#look(memberId),
    });
    const showing = shown.get(memberId);
    if (showing !== undefined) peer.show(showing);
    this.#share();
    this.#changed(memberId);
  }

  #firstOfferTo(info: PeerInfo): FirstOffer | undefined {
    const made = this.#firstOffer;
    const { memberId, incarnation } = info;
    if (made?.memberId !== memberId || made.incarnation !== incarnation) return;
    this.#firstOffer = null;
    return made;
  }

  /** The upload is shared by all pairs. */
  #share(): void {
    for (const peer of this.#peers.values()) peer.setOthers(this.#peers.size);
  }

  /** Somebody's role, or what the room allows, may have changed. */
  #permit(): void {
    this.#send();
    for (const [memberId, { role }] of this.#options.session.peers) {
      this.#peers.get(memberId)?.setAccepted(mayBeSent(role, this.#media));
    }
  }

  #send(): void {
    const tracks = this.#allowed();
    for (const peer of this.#peers.values()) peer.setTracks(tracks);
  }

  #allowed(): MediaTracks {
    const allowed = mayBeSent(this.#role, this.#media);
    const tracks = { ...this.#tracks };
    for (const { name } of MEDIA) {
      if (!allowed.has(name)) tracks[name] = null;
    }
    return tracks;
  }

  #changed(memberId: string): void {
    this.#look(memberId);
    this.#options.onChange();
  }

  /** By which ways that member's page can be reached now. */
  #look(memberId: string): void {
    const { session } = this.#options;
    const peer = this.#peers.get(memberId);
    if (peer === undefined) return;
    const isDirect = peer.channel.isOpen && peer.state === "connected";
    session.setDirect(memberId, isDirect ? peer.channel : null);
    peer.setReachable(session.reaches(memberId));
  }
}

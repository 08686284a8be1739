import {
  RoomManager,
  type RoomManagerOptions,
} from "@/lib/client/voip/room_manager.ts";
import { LocalMedia } from "@/lib/client/media/local_media.ts";
import { Call, type CallOptions } from "@/lib/client/call/call.ts";
import type { Platform } from "@/lib/client/platform.ts";
import { VirtualClock } from "./clock.ts";
import { FakeMediaDevices, FakeMediaStream } from "./media.ts";
import { peerConnections } from "./peer_connection.ts";
import { PeerNetwork } from "./peer_network.ts";
import { seededRandom } from "./random.ts";
import { FakeServer, ROOM } from "./signaling_server.ts";
import { fakeWebSocket } from "./web_socket.ts";

/** A whole service for calls: joining over HTTP, the server, the network between pages. Ids are `m1`, `m2` … in the order of joining. */
export function callService(seed = 1) {
  const clock = new VirtualClock();
  const random = seededRandom(seed);
  const server = new FakeServer(clock, random);
  const network = new PeerNetwork(clock, random);
  const { Socket } = fakeWebSocket(server.openTransport);
  /** Requests to join or to make a room, oldest first: the bearer and the body. */
  const joins: { bearer: string | undefined; body: Record<string, unknown> }[] =
    [];
  /** Codes with which the next joins are refused, in order; `network`: no answer. Null lets one through. */
  const refusals: (string | null)[] = [];
  let members = 0;

  const fetch = (async (url: string, init: RequestInit) => {
    await new Promise<void>((resolve) => clock.after(2, resolve));
    const headers = init.headers as Record<string, string>;
    const bearer = headers.authorization?.replace("Bearer ", "");
    joins.push({ bearer, body: JSON.parse(init.body as string) });
    const code = refusals.shift();
    if (code === "network") throw new TypeError("failed to fetch");
    if (code) return Response.json({ code }, { status: 403 });
    if (!url.endsWith("/join")) {
      const made = { roomId: "room", url: `${url}/room`, hostToken: "host" };
      return Response.json(made, { status: 201 });
    }
    const known = bearer?.startsWith("m") ? bearer.split(".")[0] : undefined;
    const memberId = known ?? `m${++members}`;
    return Response.json({
      token: `${memberId}.joined`,
      memberId,
      role: "speaker",
      room: ROOM,
      peers: server.peersFor(memberId),
      iceServers: [],
      expiresAt: 0,
      ...bearer === "host" && { hostToken: "host.fresh" },
    });
  }) as typeof globalThis.fetch;

  const platform = (page: EventTarget): Platform => ({
    fetch,
    WebSocket: Socket,
    RTCPeerConnection: peerConnections(network),
    MediaStream: FakeMediaStream,
    clock,
    random,
    window: page,
    document: null,
    takeFirstOffer: () => null,
  });

  const person = (name: string, options: Partial<CallOptions> = {}) => {
    const devices = new FakeMediaDevices();
    const media = new LocalMedia({
      mediaDevices: devices,
      MediaStream: FakeMediaStream,
    });
    const page = new EventTarget();
    const call = new Call({
      room: "room",
      name,
      media,
      baseUrl: "https://call.example",
      ...options,
      platform: { ...platform(page), ...options.platform },
    });
    return { call, media, devices, page };
  };
  const rooms = (options: RoomManagerOptions = {}) =>
    new RoomManager({
      baseUrl: "https://call.example",
      ...options,
      platform: platform(new EventTarget()),
    });
  return {
    clock,
    random,
    server,
    network,
    joins,
    refusals,
    person,
    rooms,
    platform,
  };
}

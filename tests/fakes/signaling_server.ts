import type { Clock } from "@/lib/protocol/clock.ts";
import type {
  ClientMessage,
  PeerInfo,
  Role,
  ServerMessage,
} from "@/lib/protocol/messages.ts";
import { parseClientMessage } from "@/lib/protocol/parse.ts";
import type {
  OpenTransport,
  TransportHandler,
} from "@/lib/client/transport/transport.ts";
import { type Faults, LossyWire, NO_FAULTS } from "./lossy_wire.ts";

/** A room's public description, as servers give it. */
export const ROOM = {
  roomId: "room",
  type: "video" as const,
  name: "",
  maxParticipants: 6,
  media: { audio: true, video: true, screen: true, chat: true },
  e2ee: false,
  listed: false,
  locked: false,
  pinRequired: false,
  topology: "mesh" as const,
  createdAt: 0,
};

interface Socket {
  handler: TransportHandler;
  isOpen: boolean;
  /** Swallows everything in both directions and never closes: a path that died without a word. */
  isDead: boolean;
}

interface Member {
  info: PeerInfo;
  socket: Socket | null;
}

/**
 * One room of a server as `docs/protocol.md` has it, in memory. A token is `<memberId>` or `<memberId>.<anything>`. Between members
 * signals and acks go over a wire with faults; everything else arrives in order.
 */
export class FakeServer {
  /** What clients have sent, parsed, oldest first. */
  readonly received: { from: string; message: ClientMessage }[] = [];
  /** Whoever connects is closed with this code, after what comes before it, until it is set back to 0. */
  refuseWith = 0;
  refuseAfter: ServerMessage[] = [];
  /** Nobody gets through: attempts end with 1006. */
  isDown = false;
  /** Of members that are no speakers. Set them before they connect. */
  readonly roles = new Map<string, Role>();
  readonly #clock: Clock;
  readonly #members = new Map<string, Member>();
  readonly #wire: LossyWire<() => void>;

  constructor(clock: Clock, random: () => number, faults: Faults = NO_FAULTS) {
    this.#clock = clock;
    this.#wire = new LossyWire(clock, random, faults, (deliver) => deliver());
  }

  get faults(): Faults {
    return this.#wire.faults;
  }
  set faults(faults: Faults) {
    this.#wire.faults = faults;
  }

  #roleOf(memberId: string): Role {
    return this.roles.get(memberId) ?? "speaker";
  }

  /** How members see one of them. */
  info(memberId: string): PeerInfo | undefined {
    return this.#members.get(memberId)?.info;
  }

  /** Everyone, as the answer to joining has them. */
  peersFor(memberId: string): PeerInfo[] {
    return [...this.#members.values()].map(({ info }) => info)
      .filter((info) => info.memberId !== memberId);
  }

  openTransport: OpenTransport = ({ token, incarnation }, handler) => {
    const memberId = token.split(".")[0];
    const socket: Socket = { handler, isOpen: false, isDead: false };
    this.#clock.after(1, () => {
      if (this.isDown) return handler.closed(1006);
      if (this.refuseWith !== 0) {
        handler.opened();
        for (const message of this.refuseAfter) this.#tell(socket, message);
        return handler.closed(this.refuseWith);
      }
      socket.isOpen = true;
      // Before anything that the client sends now.
      this.#clock.after(
        1,
        () => this.#connected(memberId, socket, incarnation),
      );
      handler.opened();
    });
    return {
      send: (frame) => {
        this.#clock.after(1, () => {
          if (!socket.isOpen || socket.isDead) return;
          this.#heard(memberId, parseClientMessage(frame));
        });
      },
      close: () => {
        this.#clock.after(1, () => this.#lost(memberId, socket));
      },
    };
  };

  /** Ends a member's connection. */
  cut(memberId: string, code = 1006): void {
    const socket = this.#members.get(memberId)?.socket;
    if (!socket) return;
    this.#lost(memberId, socket);
    socket.handler.closed(code);
  }

  /** Lets a member's path die without a word. */
  kill(memberId: string): void {
    const socket = this.#members.get(memberId)?.socket;
    if (socket) socket.isDead = true;
  }

  /** Puts any text, or a message, on a member's connection. */
  send(memberId: string, message: ServerMessage | string): void {
    const socket = this.#members.get(memberId)?.socket;
    if (socket) this.#tell(socket, message);
  }

  #connected(
    memberId: string,
    socket: Socket,
    incarnation: number | undefined,
  ): void {
    if (!socket.isOpen) return;
    const before = this.#members.get(memberId);
    const resumed = incarnation !== undefined &&
      incarnation === before?.info.incarnation;
    const info: PeerInfo = {
      memberId,
      name: memberId,
      role: this.#roleOf(memberId),
      tracks: {},
      presence: {},
      ...resumed && before?.info,
      incarnation: resumed ? incarnation : (before?.info.incarnation ?? 0) + 1,
      state: "here",
    };
    const old = before?.socket;
    this.#members.set(memberId, { info, socket });
    if (old) {
      old.isOpen = false;
      old.handler.closed(resumed ? 4501 : 4409);
    }
    this.#tell(socket, {
      type: "welcome",
      you: {
        memberId,
        name: memberId,
        role: this.#roleOf(memberId),
        incarnation: info.incarnation,
      },
      room: ROOM,
      peers: this.peersFor(memberId),
      resumed,
      expiresAt: 0,
    });
    this.#tellOthers(
      memberId,
      before
        ? {
          type: "back",
          from: memberId,
          incarnation: info.incarnation,
          peer: info,
        }
        : {
          type: "join",
          from: memberId,
          data: { participant_id: memberId, participant_name: memberId },
          peer: info,
        },
    );
  }

  #lost(memberId: string, socket: Socket): void {
    socket.isOpen = false;
    const member = this.#members.get(memberId);
    if (member?.socket !== socket) return;
    member.socket = null;
    member.info = { ...member.info, state: "away" };
    this.#tellOthers(memberId, { type: "away", from: memberId });
  }

  /** Ends a member's seat. */
  end(memberId: string, reason: "left" | "timeout" | "removed"): void {
    if (!this.#members.delete(memberId)) return;
    const data = { participant_id: memberId };
    this.#tellOthers(memberId, { type: "leave", from: memberId, data, reason });
  }

  #heard(from: string, message: ClientMessage): void {
    this.received.push({ from, message });
    const me = this.#members.get(from);
    if (!me) return;
    const { incarnation } = me.info;
    switch (message.type) {
      case "signal": {
        const { to, toIncarnation, type, id, base, data } = message;
        const signal = { type, from, incarnation, id, base, data };
        return this.#wire.put(() => this.#pass(to!, toIncarnation!, signal));
      }
      case "ack": {
        const { to, toIncarnation, type, id } = message;
        const ack = { type, from, incarnation, id };
        return this.#wire.put(() => this.#pass(to, toIncarnation, ack));
      }
      case "track-state":
        me.info = {
          ...me.info,
          tracks: { ...me.info.tracks, [message.kind]: message.enabled },
        };
        return this.#tellOthers(from, { ...message, from });
      case "presence":
        return this.#tellOthers(from, { ...message, from });
      case "ping":
        return this.send(from, { type: "pong" });
      case "leave": {
        const { socket } = me;
        this.end(from, "left");
        if (!socket) return;
        this.#tell(socket, { type: "bye", reason: "left", retry: null });
        return socket.handler.closed(4410);
      }
    }
  }

  #pass(to: string, toIncarnation: number, message: ServerMessage): void {
    const member = this.#members.get(to);
    if (member?.info.incarnation === toIncarnation && member.socket) {
      this.#tell(member.socket, message);
    }
  }

  #tellOthers(from: string, message: ServerMessage): void {
    for (const { info, socket } of this.#members.values()) {
      if (info.memberId !== from && socket) this.#tell(socket, message);
    }
  }

  #tell(socket: Socket, message: ServerMessage | string): void {
    if (socket.isDead) return;
    const frame = typeof message === "string"
      ? message
      : JSON.stringify(message);
    socket.handler.received(frame);
  }
}

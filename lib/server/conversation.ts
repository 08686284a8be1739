import { ProtocolError } from "../protocol/errors.ts";
import type {
  ClientMessage,
  MessageOf,
  ServerMessage,
  TrackKind,
} from "../protocol/messages.ts";
import type { Connection } from "./connection.ts";
import { closeRoom, type House } from "./house.ts";
import type { LiveRoom } from "./live_room.ts";
import type { MemberRecord, MemberState } from "./member_record.ts";

/** What a connected member says, and what follows from it: `docs/protocol.md` section 4, one case per message. */
export class Conversation {
  readonly #house: House;
  readonly #live: LiveRoom;
  readonly #connection: Connection;
  readonly #memberId: string;
  /** Changes to the member's record, one after the other. */
  #changes: Promise<void> = Promise.resolve();

  constructor(
    house: House,
    live: LiveRoom,
    connection: Connection,
    memberId: string,
  ) {
    this.#house = house;
    this.#live = live;
    this.#connection = connection;
    this.#memberId = memberId;
  }

  /** @throws {ProtocolError} when the message can have no effect. */
  handle(message: ClientMessage): void {
    switch (message.type) {
      case "signal":
        return this.#signal(message);
      case "ack":
        return this.#send(message.to, message.toIncarnation, {
          type: "ack",
          ...this.#stamp(),
          id: message.id,
        });
      case "track-state":
        this.#mayShow(message.kind, message.enabled);
        return this.#say(
          message,
          ({ tracks }) => ({
            tracks: { ...tracks, [message.kind]: message.enabled },
          }),
        );
      case "presence": {
        const { type: _, ...presence } = message;
        return this.#say(message, () => ({ presence }));
      }
      case "cloudflare-session": {
        const { type: _, ...cloudflareSession } = message;
        return this.#say(message, () => ({ cloudflareSession }));
      }
      case "leave":
        return this.#later(
          message,
          () =>
            this.#house.seats.end(this.#live.roomId, this.#memberId, "left"),
        );
      case "ping":
        return this.#connection.send({ type: "pong" });
      case "mute":
        this.#hostOnly();
        return this.#send(message.memberId, undefined, {
          type: "mute",
          from: this.#memberId,
          kind: message.kind,
        });
      case "remove":
        this.#hostOnly();
        if (!this.#live.roster.get(message.memberId)) {
          throw new ProtocolError("no-such-member");
        }
        return this.#later(
          message,
          () =>
            this.#house.seats.end(
              this.#live.roomId,
              message.memberId,
              "removed",
            ),
        );
      case "lock":
        this.#hostOnly();
        return this.#later(message, async () => {
          await this.#house.switchboard.roomChanged(
            await this.#house.rooms.change(this.#live.roomId, {
              locked: message.locked,
            }),
          );
        });
      case "end":
        this.#hostOnly();
        return this.#later(
          message,
          () => closeRoom(this.#house, this.#live.room),
        );
    }
  }

  #signal(
    { to, toIncarnation, id, base, data }: MessageOf<ClientMessage, "signal">,
  ): void {
    const message: ServerMessage = {
      type: "signal",
      ...this.#stamp(),
      ...(id !== undefined && { id }),
      ...(base !== undefined && { base }),
      data,
    };
    if (to !== undefined) return this.#send(to, toIncarnation, message);
    this.#house.switchboard.broadcast(this.#live, message, this.#memberId);
  }

  /** Who says it and in which life: what a client claims of itself is never looked at. */
  #stamp(): { from: string; incarnation: number } {
    const { memberId, incarnation } = this.#seated().entry.value;
    return { from: memberId, incarnation };
  }

  #seated() {
    const seated = this.#live.seated.get(this.#memberId);
    if (seated?.connection !== this.#connection) {
      throw new ProtocolError("seat-ended");
    }
    return seated;
  }

  #send(
    to: string,
    incarnation: number | undefined,
    message: ServerMessage,
  ): void {
    const onward = this.#live.route(to, incarnation, message);
    if (onward) this.#house.switchboard.deliver(this.#live.roomId, onward);
  }

  #hostOnly(): void {
    if (this.#seated().entry.value.role !== "host") {
      throw new ProtocolError("not-allowed");
    }
  }

  #mayShow(kind: TrackKind, enabled: boolean): void {
    if (!enabled) return;
    const listens = this.#seated().entry.value.role === "listener";
    if (listens || !this.#live.room.media[kind]) {
      throw new ProtocolError("not-allowed");
    }
  }

  /** Keeps what the member says of itself, and tells the others. */
  #say(
    message: ClientMessage,
    change: (before: MemberRecord) => MemberState,
  ): void {
    this.#later(message, async () => {
      const seated = this.#seated();
      await this.#house.seats.change(seated, change(seated.entry.value));
    });
  }

  #later(message: ClientMessage, task: () => Promise<void>): void {
    this.#changes = this.#changes.then(task).catch((error) =>
      this.#connection.refuse(error, message)
    );
  }
}

import { delay } from "../protocol/clock.ts";
import { ProtocolError } from "../protocol/errors.ts";
import type {
  ClientMessage,
  ServerMessage,
  TrackKind,
} from "../protocol/messages.ts";
import type { Connection, Incoming, Listener } from "./connection.ts";
import { closeRoom, type House } from "./house.ts";
import type { LiveRoom } from "./live_room.ts";
import type { MemberRecord, MemberState } from "./member_record.ts";
import type { SendingRate } from "./sending_rate.ts";

/** How long what a member says of itself waits for more of the kind: a page says what is on all at once, and it is written once. */
const TOGETHER_MS = 20;

/** One thing that a member says of itself, and what it makes of the record. */
interface Saying {
  message: ClientMessage;
  change: (before: MemberRecord) => MemberState;
}

/** What a connected member says, and what follows from it: `docs/protocol.md` section 4, one case per message. */
export class Conversation implements Listener {
  readonly #house: House;
  readonly #live: LiveRoom;
  readonly #connection: Connection;
  readonly #memberId: string;
  readonly #rate: SendingRate;
  /** Changes to the member's record, one after the other. */
  #changes: Promise<void> = Promise.resolve();
  /** What is not yet being written, if nothing else stands behind it: what is said now joins it. */
  #said: Saying[] | undefined;

  constructor(
    house: House,
    live: LiveRoom,
    connection: Connection,
    memberId: string,
    rate: SendingRate,
  ) {
    this.#house = house;
    this.#live = live;
    this.#connection = connection;
    this.#memberId = memberId;
    this.#rate = rate;
  }

  /** @throws {ProtocolError} when the message can have no effect. */
  handle(message: Incoming): void {
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
        return this.#later(message, () => {
          const { generation } = this.#seated().entry.value;
          return this.#house.seats.end(
            this.#live.roomId,
            this.#memberId,
            "left",
            generation,
          );
        });
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

  #signal(signal: Extract<Incoming, { type: "signal" }>): void {
    const { to, toIncarnation, id, base, data } = signal;
    const head = { type: "signal" as const, ...this.#stamp(), id, base };
    const message: ServerMessage = { ...head, data };
    if (id === undefined) this.#live.hasUnnumbered = true;
    if (to !== undefined) {
      // The data is opaque: what came as text goes as text.
      const text = "json" in signal
        ? `${JSON.stringify(head).slice(0, -1)},"data":${signal.json}}`
        : undefined;
      return this.#send(to, toIncarnation, message, text);
    }
    for (const onward of this.#live.spread(message, this.#memberId)) {
      this.#house.switchboard.deliver(this.#live.roomId, onward);
    }
    this.#house.metrics.signals.add("everyone");
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
    text?: string,
  ): void {
    const onward = this.#live.route(to, incarnation, message, text);
    this.#house.metrics.signals.add(onward ? "onward" : "here");
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
  #say(message: ClientMessage, change: Saying["change"]): void {
    if (this.#said) return void this.#said.push({ message, change });
    this.#takeChange();
    const said = this.#said = [{ message, change }];
    this.#inTurn(async () => {
      await delay(this.#house.clock, TOGETHER_MS);
      if (this.#said === said) this.#said = undefined;
      const seated = this.#seated();
      let state: MemberState = {};
      for (const { change } of said) {
        state = { ...state, ...change({ ...seated.entry.value, ...state }) };
      }
      await this.#house.seats.change(seated, state);
    }, () => said.map(({ message }) => message));
  }

  /** Does what takes the store: one after the other. Who leaves always may. */
  #later(message: ClientMessage, task: () => Promise<void>): void {
    if (message.type !== "leave") this.#takeChange();
    this.#said = undefined;
    this.#inTurn(task, () => [message]);
  }

  /** The store may be taken far more seldom than messages may come. */
  #takeChange(): void {
    if (!this.#rate.takeChange()) throw new ProtocolError("rate-limited");
  }

  /** `refused`: the messages that have had no effect when the task fails. */
  #inTurn(task: () => Promise<void>, refused: () => ClientMessage[]): void {
    this.#changes = this.#changes.then(task).catch((error) => {
      for (const message of refused()) this.#connection.refuse(error, message);
    });
  }
}

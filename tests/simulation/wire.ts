/** One connection between a page and a machine, and all that can happen to it on its way. */
import type { TransportHandler } from "@/lib/client/transport/transport.ts";
import type { Connection, Socket } from "@/lib/server/connection.ts";
import type { Timeline } from "./timeline.ts";

/** The server pings after 6 s of silence; 6 more without an answer end the connection. */
const PING_TIMEOUT_MS = 12_000;

/** One direction: in order, and each frame as long under way as the others unless the line is stuck. */
class Lane {
  readonly #timeline: Timeline;
  readonly #latency: number;
  readonly #arrive: (frame: string) => void;
  readonly #under: { at: number; frame: string }[] = [];
  #lastAt = 0;
  #isScheduled = false;
  bytes = 0;

  constructor(
    timeline: Timeline,
    latency: number,
    arrive: (frame: string) => void,
  ) {
    this.#timeline = timeline;
    this.#latency = latency;
    this.#arrive = arrive;
  }

  put(frame: string): void {
    const at = Math.max(this.#lastAt, this.#timeline.now + this.#latency);
    this.#lastAt = at;
    this.#under.push({ at, frame });
    this.bytes += frame.length;
    if (!this.#isScheduled) this.#schedule(at);
  }

  /** When everything that is under way now has arrived. */
  get emptyAt(): number {
    return Math.max(this.#lastAt, this.#timeline.now + this.#latency);
  }

  /** Nothing more arrives for so long; then everything. */
  stall(ms: number): void {
    this.#lastAt = Math.max(this.#lastAt, this.#timeline.now + ms);
  }

  /** What is under way is lost. */
  clear(): void {
    this.#under.length = 0;
    this.bytes = 0;
  }

  #schedule(at: number): void {
    this.#isScheduled = true;
    this.#timeline.after(at - this.#timeline.now, () => {
      this.#isScheduled = false;
      let arrived = 0;
      // What arrives may clear the lane.
      while (
        arrived < this.#under.length &&
        this.#under[arrived].at <= this.#timeline.now + 1e-6
      ) {
        const { frame } = this.#under[arrived++];
        this.bytes -= frame.length;
        this.#arrive(frame);
      }
      this.#under.splice(0, arrived);
      if (this.#under.length > 0 && !this.#isScheduled) {
        this.#schedule(this.#under[0].at);
      }
    });
  }
}

export interface WireOptions {
  timeline: Timeline;
  /** One way, in milliseconds. */
  latency: number;
  handler: TransportHandler;
  /** The machine's end: called once, when the way is open. */
  accept: (socket: Socket) => Connection;
  /** Called once, when neither end has anything to do with it any more. */
  onOver: () => void;
}

export class Wire {
  readonly #options: WireOptions;
  readonly #up: Lane;
  readonly #down: Lane;
  #connection: Connection | null = null;
  /** Nothing passes any more, whatever either end believes. */
  #isBroken = false;
  #pageIsDone = false;
  #machineIsDone = false;

  constructor(options: WireOptions) {
    this.#options = options;
    const { timeline, latency } = options;
    this.#up = new Lane(timeline, latency, (frame) => {
      if (!this.#machineIsDone) this.#connection?.receive(frame);
    });
    this.#down = new Lane(timeline, latency, (frame) => {
      if (!this.#pageIsDone) options.handler.received(frame);
    });
    timeline.after(latency * 3, () => this.#open());
  }

  /** Frames pass in both directions, as far as the network goes. */
  get isWhole(): boolean {
    return !this.#isBroken && this.#connection !== null &&
      !this.#machineIsDone && !this.#pageIsDone;
  }

  /** The page sends. */
  send(frame: string): void {
    if (!this.#isBroken && !this.#pageIsDone && this.#connection) {
      this.#up.put(frame);
    }
  }

  /** The page gives it up. */
  close(): void {
    if (this.#pageIsDone) return;
    this.#pageIsDone = true;
    if (!this.#isBroken) {
      this.#tellMachine(this.#up.emptyAt - this.#options.timeline.now);
    }
    this.#checkOver();
  }

  /** The network breaks it. `pageHears` and `machineHears`: that end learns of it at once; else it must find out. */
  break(
    { pageHears, machineHears }: { pageHears: boolean; machineHears: boolean },
  ): void {
    if (this.#isBroken) return;
    this.#isBroken = true;
    this.#up.clear();
    this.#down.clear();
    if (pageHears) this.#options.timeline.after(1, () => this.#endPage(1006));
    this.#tellMachine(machineHears ? 1 : PING_TIMEOUT_MS);
  }

  /** Both directions stand still for so long, and nothing is lost. */
  stall(ms: number): void {
    this.#up.stall(ms);
    this.#down.stall(ms);
  }

  /** The machine has died: it hears nothing more. */
  machineDied(pageHears: boolean): void {
    this.#machineIsDone = true;
    this.break({ pageHears, machineHears: false });
    this.#checkOver();
  }

  #open(): void {
    if (this.#isBroken || this.#pageIsDone || this.#machineIsDone) {
      return this.#checkOver();
    }
    this.#connection = this.#options.accept(this.#socket());
    this.#options.timeline.after(0, () => {
      if (!this.#pageIsDone) this.#options.handler.opened();
    });
  }

  #socket(): Socket {
    const down = this.#down;
    return {
      get bufferedAmount() {
        return down.bytes;
      },
      send: (frame) => {
        if (!this.#isBroken && !this.#machineIsDone) this.#down.put(frame);
      },
      close: (code) => {
        if (this.#machineIsDone) return;
        this.#machineIsDone = true;
        if (this.#isBroken) return this.#checkOver();
        const { timeline } = this.#options;
        timeline.after(
          this.#down.emptyAt - timeline.now,
          () => this.#endPage(code),
        );
      },
    };
  }

  #tellMachine(ms: number): void {
    this.#options.timeline.after(ms, () => {
      if (!this.#machineIsDone) {
        this.#machineIsDone = true;
        this.#connection?.lost();
      }
      this.#checkOver();
    });
  }

  #endPage(code: number): void {
    if (!this.#pageIsDone) {
      this.#pageIsDone = true;
      this.#options.handler.closed(code);
    }
    this.#checkOver();
  }

  #checkOver(): void {
    const isOver = this.#pageIsDone &&
      (this.#machineIsDone || this.#connection === null);
    if (isOver) this.#options.onOver();
  }
}

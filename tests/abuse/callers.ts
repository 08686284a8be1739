/** Ordinary people in calls, who measure how long their signals take. */
import { WebSocket } from "ws";

/** Between two signals of a pair, whether the last one has arrived or not: who waited for it would hardly notice a server that stands still. */
const EVERY_MS = 20;
/** What nobody waits for any longer. */
const LOST_MS = 5_000;

export interface Seat {
  token: string;
  memberId: string;
}

/** What the others noticed of an attack. Times run from when a signal was to be sent. */
export interface Noticed {
  signals: number;
  lost: number;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
}

/** Pairs that send each other signals until they are stopped. */
export async function startCallers(
  url: string,
  pairs: readonly (readonly [Seat, Seat])[],
): Promise<{ stop(): Promise<Noticed> }> {
  const lanes = await Promise.all(
    pairs.map(async ([ann, ben]) =>
      new Lane(await connect(url, ann), await connect(url, ben), ben.memberId)
    ),
  );
  const timer = setInterval(() => {
    for (const lane of lanes) lane.sendDue();
  }, EVERY_MS);
  return {
    async stop() {
      for (const lane of lanes) lane.sendDue();
      clearInterval(timer);
      await Promise.all(lanes.map((lane) => lane.close()));
      return noticed(lanes);
    },
  };
}

/** One who sends, and one who notes when it comes. */
class Lane {
  /** How long each signal that came took, in milliseconds. */
  readonly times: number[] = [];
  sent = 0;
  readonly #ann: WebSocket;
  readonly #ben: WebSocket;
  readonly #to: string;
  readonly #startedAt = performance.now();
  #complete = () => {};

  constructor(ann: WebSocket, ben: WebSocket, to: string) {
    this.#ann = ann;
    this.#ben = ben;
    this.#to = to;
    ben.on("message", (text: { toString(): string }) => {
      const { type, data } = JSON.parse(text.toString());
      if (type !== "signal") return;
      this.times.push(performance.now() - this.#dueAt(data));
      if (this.times.length === this.sent) this.#complete();
    });
  }

  /** Sends what was to be sent by now: all of it, if this thread itself was late. */
  sendDue(): void {
    for (; this.#dueAt(this.sent) <= performance.now(); this.sent++) {
      this.#ann.send(
        JSON.stringify({ type: "signal", to: this.#to, data: this.sent }),
      );
    }
  }

  /** Waits for what is still under way. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, LOST_MS);
      this.#complete = () => {
        clearTimeout(timer);
        resolve();
      };
      if (this.times.length === this.sent) this.#complete();
    });
    this.#ann.terminate();
    this.#ben.terminate();
  }

  #dueAt(number: number): number {
    return this.#startedAt + number * EVERY_MS;
  }
}

function noticed(lanes: readonly Lane[]): Noticed {
  const times = lanes.flatMap(({ times }) => times)
    .sort((one, other) => one - other);
  const sent = lanes.reduce((sum, lane) => sum + lane.sent, 0);
  const at = (part: number) => {
    const place = Math.min(times.length - 1, Math.floor(times.length * part));
    return Math.round((times[place] ?? NaN) * 10) / 10;
  };
  return {
    signals: times.length,
    lost: sent - times.length,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    maxMs: at(1),
  };
}

async function connect(url: string, { token }: Seat): Promise<WebSocket> {
  const socket = new WebSocket(url, ["ringdown.v1", `token.${token}`], {
    perMessageDeflate: false,
  });
  await new Promise((resolve, reject) => {
    socket.once("message", resolve);
    socket.once("error", reject);
  });
  return socket;
}

/** Garbage on the wire: what reaches a server below the messages, over real sockets. */
import { between } from "../fakes/random.ts";
import {
  OPCODE,
  type RawFrame,
  RawWebSocket,
} from "../fakes/raw_web_socket.ts";
import { within } from "../within.ts";
import { frame } from "./frames.ts";

export interface WireTarget {
  /** `ws://…/ws` */
  url: string;
  /** The token of somebody who may connect. */
  token(): Promise<string>;
  memberIds: readonly string[];
  random: () => number;
}

/** How long a server has to take what is sent to it. */
const PATIENCE_MS = 2_000;

/** Sends so many frames, each WebSocket's most of them bad from some point on. Returns how many sockets that took. */
export async function throwGarbage(
  target: WireTarget,
  frames: number,
): Promise<number> {
  let sockets = 0;
  for (let sent = 0; sent < frames;) {
    const token = await target.token();
    const opened = await RawWebSocket.open(target.url, [
      "ringdown.v1",
      `token.${token}`,
    ]);
    sockets++;
    if (typeof opened === "number") throw new Error(`HTTP ${opened}`);
    using socket = opened;
    const gone = socket.drain();
    for (let n = between(target.random, 1, 60); n > 0; n--, sent++) {
      const chance = target.random();
      const taken = chance < 0.02
        ? socket.write(noise(target.random))
        : socket.send(chance < 0.7 ? text(target) : bad(target));
      if (await within(PATIENCE_MS, taken) !== true) break;
    }
    // Half of them are hung up in the middle of everything; the others may first read what the server has to say.
    if (target.random() < 0.5) await within(20, gone);
  }
  return sockets;
}

function noise(random: () => number): Uint8Array {
  return Uint8Array.from(
    { length: between(random, 1, 200) },
    () => random() * 256,
  );
}

function text({ random, memberIds }: WireTarget): RawFrame {
  const data = frame({ random, memberIds, mark: "mark" });
  return typeof data === "string"
    ? { opcode: OPCODE.text, payload: data }
    : { opcode: OPCODE.binary, payload: new Uint8Array(data as ArrayBuffer) };
}

/** A frame that RFC 6455 forbids, or nearly. */
function bad(target: WireTarget): RawFrame {
  const { random } = target;
  const good = text(target);
  const kinds: (() => RawFrame)[] = [
    () => ({ ...good, masked: false }),
    () => ({ ...good, reserved: between(random, 1, 7) }),
    () => ({ ...good, opcode: between(random, 3, 7) }),
    () => ({ ...good, opcode: between(random, 11, 15) }),
    () => ({ ...good, opcode: OPCODE.continuation }),
    () => ({ ...good, fin: false }),
    () => ({ ...good, length: between(random, 0, 300) }),
    () => ({ ...good, length: 2 ** 31 }),
    () => ({ ...good, length: 2 ** 52 }),
    () => ({ opcode: OPCODE.text, payload: noise(random) }),
    () => ({ opcode: OPCODE.ping, payload: noise(random) }),
    () => ({ opcode: OPCODE.pong, payload: noise(random) }),
    () => ({ opcode: OPCODE.ping, fin: false }),
    () => ({ opcode: OPCODE.close, payload: noise(random) }),
    () => ({ opcode: OPCODE.close, payload: new Uint8Array([1]) }),
    () => ({ opcode: OPCODE.close }),
  ];
  return kinds[Math.floor(random() * kinds.length)]();
}

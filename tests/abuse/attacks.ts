/** What an attacker may do to a server, each on a socket of its own. All of them hold on to their socket until they are called off. */
import { frameBytes, OPCODE, RawWebSocket } from "../fakes/raw_web_socket.ts";
import { within } from "../within.ts";

export interface Target {
  /** `ws://…/ws` */
  url: string;
  /** Of a member in a room with others who attack, or a bad one. */
  token: string;
  /** How much an attack sends at most, in MiB. */
  mib: number;
  until: Promise<unknown>;
}

type Attack = (target: Target) => Promise<void>;

const MIB = 1_048_576;
const PATIENCE_MS = 1_000;
const CHUNK = new Uint8Array(MIB / 4).fill(120);

/** Every attack by its name. */
export const ATTACKS = {
  "flood": (target) =>
    withSocket(target, async (socket) => {
      void socket.drain();
      const ping = frameBytes({ opcode: OPCODE.text, payload: TALK });
      const many = new Uint8Array(ping.length * 100);
      for (let n = 0; n < 100; n++) many.set(ping, n * ping.length);
      // The one attack that goes on and on: with a new connection as soon as the old one is closed.
      while (await goesOn(target) && await socket.write(many));
    }),
  "one huge frame": (target) =>
    withSocket(target, async (socket) => {
      void socket.drain();
      const length = target.mib * MIB - MIB / 2;
      const head = { opcode: OPCODE.text, length, payload: "" };
      await socket.write(frameBytes(head));
      await pour(socket, target, (length - length % CHUNK.length) / MIB);
    }),
  "a message without end": (target) =>
    withSocket(target, async (socket) => {
      void socket.drain();
      await pourFragments(socket, target);
    }),
  "a message without end, with pongs": (target) =>
    withSocket(target, async (socket) => {
      void socket.drain();
      await pourFragments(socket, target);
      while (await goesOn(target, 1_000)) {
        await socket.send({ opcode: OPCODE.pong });
      }
    }),
  "a reader that stops": (target) =>
    withSocket(target, async (socket) => {
      // Talks to the others in its room, who do not read either.
      const talk = frameBytes({ opcode: OPCODE.text, payload: LOUD });
      for (let n = 0; n < 200 && await goesOn(target, 20); n++) {
        if (await within(PATIENCE_MS, socket.write(talk)) !== true) break;
      }
    }),
  "no answer to a close": (target) => withSocket(target, async () => {}),
} satisfies Record<string, Attack>;

export type AttackName = keyof typeof ATTACKS;

const TALK = JSON.stringify({ type: "signal", data: "flood" });
const LOUD = JSON.stringify({ type: "signal", data: "x".repeat(30_000) });

async function withSocket(
  { url, token, until }: Target,
  attack: (socket: RawWebSocket) => Promise<void>,
): Promise<void> {
  const protocols = ["ringdown.v1", `token.${token}`];
  const socket = await RawWebSocket.open(url, protocols);
  if (typeof socket === "number") return;
  await attack(socket);
  await until;
  socket[Symbol.dispose]();
}

/** Whether the attack is still on, after a moment in which others may act. */
async function goesOn({ until }: Target, ms = 0): Promise<boolean> {
  return await within(ms, until) === "late";
}

async function pourFragments(
  socket: RawWebSocket,
  target: Target,
): Promise<void> {
  await socket.send({ opcode: OPCODE.text, fin: false, payload: "x" });
  const fragment = frameBytes({ opcode: 0, fin: false, payload: CHUNK });
  await pour(socket, target, target.mib, fragment);
}

async function pour(
  socket: RawWebSocket,
  target: Target,
  mib: number,
  chunk = CHUNK,
): Promise<void> {
  for (let sent = 0; sent < mib; sent += CHUNK.length / MIB) {
    if (!await goesOn(target)) return;
    if (await within(PATIENCE_MS, socket.write(chunk)) !== true) return;
  }
}

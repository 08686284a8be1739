import type { CloseReason } from "../protocol/errors.ts";
import type { Connection, Socket } from "./connection.ts";
import { hangUpLater } from "./hang_up.ts";
import type { Instance } from "./instance.ts";
import { untraced } from "./tracing.ts";
import type { Admission } from "./upgrade.ts";

type Parts = Pick<Instance, "reception" | "sockets" | "clock">;

/**
 * A client's WebSocket, from its upgrade until Deno says that it is closed: the connection begins when it opens, and a refused one is told
 * why. Closing it hangs up on who does not answer.
 *
 * One object hears all its events, because there is one for each member: in Deno a handler property (`onmessage`) takes 0.3 KB for as long
 * as the socket is there, and every further kind of event 0.3 KB too. `error` is none of them: `close` always follows it (2.9.6).
 */
export class ClientSocket implements Socket {
  readonly #socket: WebSocket;
  readonly #instance: Parts;
  readonly #address: string;
  /** What its token says, until it opens. */
  #admission?: Admission;
  #connection?: Connection;
  #isOpen = false;
  #callOffHangUp?: () => void;

  /** `address`: the network address that the socket is counted under. */
  constructor(
    socket: WebSocket,
    instance: Parts,
    address: string,
    admission: Admission,
  ) {
    this.#socket = socket;
    this.#instance = instance;
    this.#address = address;
    this.#admission = admission;
  }

  /** Hears what comes of the socket from now on. */
  listen(): void {
    this.#socket.binaryType = "arraybuffer";
    this.#socket.addEventListener("open", this, { once: true });
    this.#socket.addEventListener("message", this);
    this.#socket.addEventListener("close", this);
  }

  get bufferedAmount(): number {
    return this.#socket.bufferedAmount;
  }

  send(text: string): void {
    this.#socket.send(text);
  }

  close(code: number, reason: CloseReason): void {
    this.#callOffHangUp = hangUpLater(this.#socket, this.#instance.clock);
    this.#socket.close(code, reason);
  }

  /** Called by the socket. */
  handleEvent(event: Event): void {
    untraced(() => {
      if (event instanceof MessageEvent) this.#connection?.receive(event.data);
      else if (event.type === "open") this.#opened();
      else this.#closed();
    });
  }

  #opened(): void {
    const { reception, sockets } = this.#instance;
    this.#isOpen = true;
    sockets.add(this.#address);
    const admission = this.#admission!;
    this.#admission = undefined;
    if (typeof admission === "string") reception.turnAway(this, admission);
    else {
      const { claims, incarnation } = admission;
      this.#connection = reception.connect(this, claims, incarnation);
    }
  }

  /** May come twice: Deno tells the end of a socket that it gave up itself again when its line is closed. */
  #closed(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#callOffHangUp?.();
    this.#instance.sockets.remove(this.#address);
    this.#connection?.lost();
  }
}

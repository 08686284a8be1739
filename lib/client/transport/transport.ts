/** One way to the server, of any kind. It carries frames and knows nothing of rooms. */

/** What opens a way: the member token, and the incarnation that goes on; without one a new incarnation begins. */
export interface Ticket {
  /** The member's newest. */
  token: string;
  /** Of a life of this page that goes on; absent for a new one. */
  incarnation?: number;
}

/** What a transport tells. */
export interface TransportHandler {
  /** Once, before anything is received: frames can be sent. */
  opened(): void;
  /** A text frame from the server. */
  received(frame: string): void;
  /** Once, at the end, whether it was ever open or not; nothing follows. The code is one of RFC 6455 7.4 or of ours. */
  closed(code: number): void;
}

/** One open connection to the server, of whatever kind. */
export interface Transport {
  /** Sends a frame, or drops it when the way is not open: what must arrive is sent again by the envelope. Never throws. */
  send(frame: string): void;
  /** Gives it up. The handler hears nothing more. */
  close(): void;
}

/** Begins to open a way. Failures come through `closed`, never at once and never as exceptions. */
export type OpenTransport = (
  ticket: Ticket,
  handler: TransportHandler,
) => Transport;

import type {
  OpenTransport,
  Ticket,
  TransportHandler,
} from "@/lib/client/transport/transport.ts";
import type { ClientMessage, ServerMessage } from "@/lib/protocol/messages.ts";
import { ROOM } from "./signaling_server.ts";

/** One opened way, played by a test. */
export interface FakeTransport extends TransportHandler {
  ticket: Ticket;
  /** What was sent, parsed. */
  sent: ClientMessage[];
  isClosed: boolean;
  /** Puts a message on it. */
  tell(message: ServerMessage): void;
  /** Opens it and welcomes. */
  welcome(options?: { incarnation?: number; resumed?: boolean }): void;
}

/** Ways that only do what a test says. `opened`: all of them, oldest first. */
export function fakeTransports(): {
  openTransport: OpenTransport;
  opened: FakeTransport[];
  newest(): FakeTransport;
} {
  const opened: FakeTransport[] = [];
  const openTransport: OpenTransport = (ticket, handler) => {
    const transport: FakeTransport = {
      ticket,
      sent: [],
      isClosed: false,
      opened: () => handler.opened(),
      received: (frame) => handler.received(frame),
      closed(code) {
        transport.isClosed = true;
        handler.closed(code);
      },
      tell: (message) => handler.received(JSON.stringify(message)),
      welcome({ incarnation = 1, resumed = false } = {}) {
        handler.opened();
        transport.tell({
          type: "welcome",
          you: { memberId: "me", name: "Me", role: "speaker", incarnation },
          room: ROOM,
          peers: [],
          resumed,
          expiresAt: 0,
        });
      },
    };
    opened.push(transport);
    return {
      send: (frame) => {
        if (!transport.isClosed) transport.sent.push(JSON.parse(frame));
      },
      close: () => transport.isClosed = true,
    };
  };
  return { openTransport, opened, newest: () => opened[opened.length - 1] };
}

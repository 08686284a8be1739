/** What the page's first script has begun, handed over to the client library in place of the browser's own. */
import type { Platform } from "@/lib/client/platform.ts";
import type { EarlyConnection } from "@/lib/ui/early_connection.ts";
import type { EarlyEntry } from "@/lib/ui/early_entry.ts";

type Begun = Pick<EarlyEntry, "seat" | "connection">;

export class HeadStart {
  /** Each piece is given once; after that, the browser's own. */
  readonly platform: Partial<Platform>;
  readonly #begun: Begun;

  /** `Socket`: in place of the browser's own. */
  constructor(begun: Begun, Socket = WebSocket) {
    this.#begun = begun;
    const { seat, connection } = begun;
    this.platform = {
      fetch: fetchAfter(seat),
      WebSocket: socketAfter(connection, Socket),
      takeFirstOffer: () => takeOffer(connection),
    };
  }

  /** The element that plays the first voice already; null where there is none, and after the first time. */
  takeSound(): HTMLAudioElement | null {
    const { connection } = this.#begun;
    const { sound = null } = connection;
    connection.sound = undefined;
    return sound;
  }

  /** Ends what nobody has taken up, now or when it is there. */
  close(): void {
    const { seat, connection } = this.#begun;
    const sound = this.takeSound();
    seat.finally(() => {
      if (sound !== null) sound.srcObject = null;
      takeSocket(connection)?.close();
      takeOffer(connection)?.pc.close();
    }).catch(() => {});
  }
}

/** `fetch`, but the first request was made already: this is the answer to it. */
function fetchAfter(first: Promise<Response>): typeof fetch {
  let answer: Promise<Response> | null = first;
  return (input, init) => {
    const ready = answer;
    answer = null;
    return ready ?? fetch(input, init);
  };
}

/** `WebSocket`, but the first one was opened already. */
function socketAfter(
  connection: EarlyConnection,
  Socket: typeof WebSocket,
): typeof WebSocket {
  return new Proxy(Socket, {
    construct(_, args: ConstructorParameters<typeof WebSocket>) {
      const socket = takeSocket(connection);
      if (socket === null || socket.readyState > Socket.OPEN) {
        return new Socket(...args);
      }
      // Once the library's handlers are in place they hear what they have missed.
      queueMicrotask(() => {
        if (socket.readyState !== Socket.OPEN) return;
        socket.onopen?.(new Event("open"));
        for (const data of connection.frames) {
          socket.onmessage?.(new MessageEvent("message", { data }));
        }
      });
      return socket;
    },
  });
}

function takeSocket(connection: EarlyConnection): WebSocket | null {
  const { socket = null } = connection;
  connection.socket = undefined;
  return socket;
}

function takeOffer(connection: EarlyConnection) {
  const { offer = null } = connection;
  connection.offer = undefined;
  return offer;
}

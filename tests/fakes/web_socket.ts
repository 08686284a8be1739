import type {
  OpenTransport,
  Transport,
} from "@/lib/client/transport/transport.ts";

/** A WebSocket constructor whose sockets go over another transport; `urls` and `protocols` are of every one that was made. */
export function fakeWebSocket(openTransport: OpenTransport) {
  const urls: string[] = [];
  const protocols: string[][] = [];

  class FakeWebSocket {
    static readonly OPEN = 1;
    readyState = 0;
    onopen: (() => void) | null = null;
    onmessage: ((event: { data: unknown }) => void) | null = null;
    onclose: ((event: { code: number }) => void) | null = null;
    readonly #transport: Transport;

    constructor(url: URL | string, names: string[]) {
      if (names.some((name) => !/^[!#$%&'*+.^_`|~\w-]+$/.test(name))) {
        throw new DOMException("not a token of RFC 7230", "SyntaxError");
      }
      urls.push(String(url));
      protocols.push(names);
      const incarnation = new URL(url).searchParams.get("incarnation");
      this.#transport = openTransport({
        token: names[1].replace("token.", ""),
        incarnation: incarnation === null ? undefined : Number(incarnation),
      }, {
        opened: () => {
          this.readyState = 1;
          this.onopen?.();
        },
        received: (data) => this.onmessage?.({ data }),
        closed: (code) => {
          this.readyState = 3;
          this.onclose?.({ code });
        },
      });
    }

    send(frame: string): void {
      this.#transport.send(frame);
    }

    close(): void {
      this.readyState = 2;
      this.#transport.close();
    }
  }

  const Socket = FakeWebSocket as unknown as typeof WebSocket;
  return { Socket, urls, protocols };
}

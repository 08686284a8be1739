/** The one address under which clients find several servers. */
import { freePort } from "./ports.ts";

/**
 * A load balancer for TCP. Each connection goes to the first server of its list that takes it: one that is down, or that is being taken out
 * of service, is passed over; who was connected to it connects again and ends elsewhere.
 */
export class Balancer implements AsyncDisposable {
  /** Where clients find it: `http://127.0.0.1:PORT`. */
  readonly origin: string;
  readonly #ports: readonly number[];
  /** Ports of servers that get no new connections. */
  readonly #passedOver: ReadonlySet<number>;
  readonly #listener: Deno.TcpListener;
  readonly #open = new Set<Deno.TcpConn>();
  readonly #accepting: Promise<void>;

  /**
   * @param ports of the servers, best first.
   * @param passedOver of servers that get no new connections; may change.
   */
  constructor(ports: readonly number[], passedOver: ReadonlySet<number>) {
    const port = freePort();
    this.origin = `http://127.0.0.1:${port}`;
    this.#ports = ports;
    this.#passedOver = passedOver;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port });
    this.#accepting = this.#accept();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#accepting;
    for (const connection of this.#open) close(connection);
  }

  async #accept(): Promise<void> {
    try {
      for await (const client of this.#listener) void this.#join(client);
    } catch {
      // Closed.
    }
  }

  async #join(client: Deno.TcpConn): Promise<void> {
    const server = await this.#connect();
    if (!server) return close(client);
    const both = [client, server];
    for (const connection of both) {
      connection.setNoDelay();
      this.#open.add(connection);
    }
    await Promise.race([
      client.readable.pipeTo(server.writable),
      server.readable.pipeTo(client.writable),
    ].map((way) => way.catch(() => {})));
    for (const connection of both) {
      this.#open.delete(connection);
      close(connection);
    }
  }

  async #connect(): Promise<Deno.TcpConn | undefined> {
    for (const port of this.#ports) {
      if (this.#passedOver.has(port)) continue;
      try {
        return await Deno.connect({ hostname: "127.0.0.1", port });
      } catch {
        // Down: the next one.
      }
    }
  }
}

function close(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch {
    // The end of its stream has closed it already.
  }
}

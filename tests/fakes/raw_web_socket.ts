/** Opcodes of RFC 6455, 5.2. */
export const OPCODE = {
  continuation: 0,
  text: 1,
  binary: 2,
  close: 8,
  ping: 9,
  pong: 10,
} as const;

/** What a frame is made of; everything that RFC 6455, 5.2, lets one get wrong. */
export interface RawFrame {
  opcode: number;
  payload?: Uint8Array | string;
  /** True unless told otherwise. */
  fin?: boolean;
  /** Clients must mask; true unless told otherwise. */
  masked?: boolean;
  /** The reserved bits, 0 to 7. */
  reserved?: number;
  /** The length that the header claims; the payload's own unless told otherwise. */
  length?: number;
}

/** A frame's bytes. The mask is 0, so that the payload stands in it as it is. */
export function frameBytes(frame: RawFrame): Uint8Array<ArrayBuffer> {
  const { opcode, fin = true, masked = true, reserved = 0 } = frame;
  const payload = typeof frame.payload === "string"
    ? new TextEncoder().encode(frame.payload)
    : frame.payload ?? new Uint8Array();
  const length = frame.length ?? payload.length;
  const extended = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const head = new Uint8Array(2 + extended + (masked ? 4 : 0));
  head[0] = (fin ? 0x80 : 0) | reserved << 4 | opcode;
  head[1] = (masked ? 0x80 : 0) |
    (extended === 0 ? length : extended === 2 ? 126 : 127);
  const view = new DataView(head.buffer);
  if (extended === 2) view.setUint16(2, length);
  if (extended === 8) view.setBigUint64(2, BigInt(length));
  const bytes = new Uint8Array(head.length + payload.length);
  bytes.set(head);
  bytes.set(payload, head.length);
  return bytes;
}

/** A client that does what no WebSocket library lets it: it reads only when told to, and sends any bytes. */
export class RawWebSocket implements Disposable {
  readonly #connection: Deno.TcpConn;

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  /** Shakes hands, and returns the socket; or the HTTP status with which the server refused. */
  static async open(
    url: string,
    protocols: readonly string[],
    headers: Record<string, string> = {},
  ): Promise<RawWebSocket | number> {
    const { hostname, port, host, pathname, search } = new URL(url);
    const connection = await Deno.connect({ hostname, port: Number(port) });
    const lines = [
      `GET ${pathname}${search} HTTP/1.1`,
      `Host: ${host}`,
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
      `Sec-WebSocket-Protocol: ${protocols.join(", ")}`,
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ];
    const request = new TextEncoder().encode(lines.join("\r\n") + "\r\n\r\n");
    await connection.write(request);
    // Byte by byte: what follows the answer stays unread.
    let answer = "";
    const byte = new Uint8Array(1);
    while (!answer.endsWith("\r\n\r\n")) {
      if (await connection.read(byte) === null) break;
      answer += String.fromCharCode(byte[0]);
    }
    const status = Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
    if (status === 101) return new RawWebSocket(connection);
    connection.close();
    return status;
  }

  /** Sends bytes. False: the other end is gone. */
  async write(bytes: Uint8Array): Promise<boolean> {
    try {
      for (let at = 0; at < bytes.length;) {
        at += await this.#connection.write(bytes.subarray(at));
      }
      return true;
    } catch {
      return false;
    }
  }

  send(frame: RawFrame): Promise<boolean> {
    return this.write(frameBytes(frame));
  }

  /** Reads what has come, up to 64 KiB; null: the other end is gone. */
  async read(): Promise<Uint8Array | null> {
    const bytes = new Uint8Array(65_536);
    try {
      const count = await this.#connection.read(bytes);
      return count === null ? null : bytes.subarray(0, count);
    } catch {
      return null;
    }
  }

  /** Reads and forgets, until the other end is gone. */
  async drain(): Promise<void> {
    while (await this.read() !== null);
  }

  [Symbol.dispose](): void {
    try {
      this.#connection.close();
    } catch {
      // Closed already.
    }
  }
}

/** Rooms for voice: makes them, joins them and leaves them. `docs/protocol.md` section 2. */
import { type CreatedRoom, createRoom, type NewRoom } from "../api.ts";
import { browserPlatform, type Platform } from "../platform.ts";
import { takeSeat } from "../call/seat.ts";
import { RoomError } from "./room_error.ts";
import { VoiceRoom } from "./voice_room.ts";

/** Where and how rooms are made and joined. */
export interface RoomManagerOptions {
  /** Origin of the service, such as `https://call.example`. Default: the page's own. A service of another site must allow this one (its `CORS_ORIGIN`). */
  baseUrl?: string;
  /** Where the deployment lets only some make rooms: its `CREATE_ROOM_TOKEN`. */
  createToken?: string;
  /** In place of the browser's own. */
  platform?: Partial<Platform>;
}

/** Who wants to join. */
export interface Joiner {
  /** To show to the others, 1 to 64 characters. */
  name: string;
  /** Where the room wants one. */
  pin?: string;
  /** From the room's creation, or `VoiceRoom.hostToken`: whoever joins with it is a host. One that is refused is done without. */
  hostToken?: string;
  /** `VoiceRoom.token` of an earlier life of this page, to be the same member. If it is of no use any more, a new member joins. */
  token?: string;
}

/**
 * ```ts
 * const rooms = new RoomManager({ baseUrl: "https://call.example" });
 * const { roomId } = await rooms.createRoom();
 * const room = await rooms.joinRoom(roomId, { name: "Ann" });
 * const { memberId } = await room.other();
 * const voip = new VOIPService({
 *   iceServers: room.iceServers,
 *   signaling: room.channelTo(memberId),
 * });
 * ```
 */
export class RoomManager {
  readonly #options: RoomManagerOptions;
  readonly #platform: Platform;
  /** By what they were joined by; null while the seat is being taken. */
  readonly #rooms = new Map<string, VoiceRoom | null>();
  #closes = 0;

  /** Nothing is opened by that. */
  constructor(options: RoomManagerOptions = {}) {
    this.#options = options;
    this.#platform = browserPlatform(options.platform);
  }

  /**
   * Makes a room. It is not joined by that.
   *
   * @throws {ProtocolError} such as `slug-taken`, `invalid-message` (see `fields`), `token-missing`, `rate-limited`.
   * @throws {NetworkError}
   */
  async createRoom(room: NewRoom = {}): Promise<CreatedRoom> {
    const { baseUrl, createToken } = this.#options;
    const { fetch } = this.#platform;
    return await createRoom(room, { baseUrl, fetch, bearer: createToken });
  }

  /**
   * Takes a seat and connects. Resolves with the seat: the link to the server comes about by itself, and again whenever it is lost.
   *
   * @param room its id or slug.
   * @throws {ProtocolError} such as `room-not-found`, `room-full`, `room-locked`, `pin-required`, `pin-wrong`, `invalid-message`.
   * @throws {NetworkError}
   * @throws {RoomError} `already-joined`, also while it is being joined; `left` when `close` was called meanwhile.
   */
  async joinRoom(room: string, joiner: Joiner): Promise<VoiceRoom> {
    if (this.#rooms.has(room)) throw new RoomError("already-joined");
    const platform = this.#platform;
    const baseUrl = this.#options.baseUrl ?? location.origin;
    const { name, pin, token = null, hostToken = null } = joiner;
    const closes = this.#closes;
    this.#rooms.set(room, null);
    try {
      const { fetch } = platform;
      const seat = { room, name, pin, baseUrl, fetch };
      const tokens = { token, hostToken };
      const joined = await takeSeat(seat, tokens);
      // Without a connection the server ends the seat by itself, after 45 s.
      if (closes !== this.#closes) throw new RoomError("left");
      const voiceRoom: VoiceRoom = new VoiceRoom({
        seat,
        tokens,
        joined,
        platform,
        onLeft: () => this.#rooms.delete(room),
      });
      this.#rooms.set(room, voiceRoom);
      return voiceRoom;
    } catch (error) {
      this.#rooms.delete(room);
      throw error;
    }
  }

  /** The rooms that are joined now. */
  get rooms(): readonly VoiceRoom[] {
    return [...this.#rooms.values()].filter((room) => room !== null);
  }

  /**
   * Leaves a room, as `VoiceRoom.leave` does. Resolves within 1 s.
   *
   * @param room as it was joined.
   * @throws {RoomError} `not-joined`.
   */
  async leaveRoom(room: string): Promise<void> {
    const joined = this.#rooms.get(room);
    if (!joined) throw new RoomError("not-joined");
    await joined.leave();
  }

  /** Leaves every room. Resolves within 1 s. */
  async close(): Promise<void> {
    this.#closes++;
    await Promise.all(this.rooms.map((room) => room.leave()));
  }
}

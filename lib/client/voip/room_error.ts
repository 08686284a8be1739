/** What can be done wrong with rooms. */

const MESSAGES = {
  "already-joined": "This room is joined already.",
  "not-joined": "This room is not joined.",
  "no-such-member": "There is no such member in this room.",
  "channel-in-use": "The channel to that member is or was in use.",
  "left": "This room was left.",
} as const;

/**
 * - `already-joined`: this manager is in that room.
 * - `not-joined`: it is not.
 * - `no-such-member`: nobody of that id is in the room.
 * - `channel-in-use`: the channel to that member was used since it came. Leave the room and join it anew.
 * - `left`: the room was left, or the server ended the seat.
 */
export type RoomErrorCode = keyof typeof MESSAGES;

/** What can be done wrong with rooms. What the server refuses is a `ProtocolError`, what does not reach it a `NetworkError`. */
export class RoomError extends Error {
  /** Always `RoomError`. */
  override name = "RoomError";
  /** Why, for programs. `message` says it for people who program. */
  readonly code: RoomErrorCode;

  /** Made by this library. */
  constructor(code: RoomErrorCode) {
    super(MESSAGES[code]);
    this.code = code;
  }
}

/** Error codes, and the reasons and codes with which a connection ends. `docs/protocol.md` sections 8 and 9. */

/** Every error code, with the HTTP status of its problem document (RFC 9457) and a sentence for people. */
export const ERRORS = {
  "bad-json": [400, "That is not a JSON object."],
  "invalid-message": [
    400,
    "A field is missing or has a value that it may not have.",
  ],
  "unknown-type": [400, "There is no message of that type."],
  "signal-too-large": [413, "A signal carries at most 32 KiB."],
  "no-such-member": [404, "There is no such member in this room."],
  "not-allowed": [403, "You may not do that here."],
  "token-missing": [401, "A token is needed."],
  "token-invalid": [401, "That token is not valid here, or no longer."],
  "origin-refused": [403, "Pages of other sites may not connect."],
  "pin-required": [403, "This room wants its PIN."],
  "pin-wrong": [403, "That is not this room's PIN."],
  "removed": [403, "A host removed you from this room."],
  "room-not-found": [404, "There is no such room, or no longer."],
  "not-found": [404, "There is nothing here."],
  "method-not-allowed": [405, "That method is not allowed here."],
  "room-full": [409, "Every seat in this room is taken."],
  "slug-taken": [409, "Another room has that name already."],
  "seat-ended": [409, "You were away for too long. Join again."],
  "body-too-large": [413, "A request carries at most 64 KiB."],
  "room-locked": [423, "This room is locked: nobody new may join."],
  "upgrade-required": [426, "This path speaks WebSocket only."],
  "rate-limited": [429, "Too many requests. Wait a little."],
  "internal": [500, "Something broke on our side."],
  "sfu-not-configured": [501, "This deployment has no SFU."],
  "unavailable": [
    503,
    "The service cannot reach its store. It will be back soon.",
  ],
} as const satisfies Record<string, readonly [status: number, message: string]>;

/** A stable code for programs. */
export type ErrorCode = keyof typeof ERRORS;

/** A field that was wrong, by its dotted path, and what is wrong with it. */
export interface FieldError {
  field: string;
  message: string;
}

/** A failure that a client is told of: over HTTP as a problem document, over a connection as `error`. Its message holds nothing secret. */
export class ProtocolError extends Error {
  /** Always `ProtocolError`. */
  override name = "ProtocolError";
  /** Why, for programs. `message` says it for people. */
  readonly code: ErrorCode;
  /** The fields that were wrong. */
  readonly fields: readonly FieldError[];
  /** When to try again, in milliseconds. */
  readonly retryAfter?: number;

  /** Without a message it is the code's own. */
  constructor(
    code: ErrorCode,
    options: {
      message?: string;
      fields?: readonly FieldError[];
      retryAfter?: number;
      cause?: unknown;
    } = {},
  ) {
    super(options.message ?? ERRORS[code][1], { cause: options.cause });
    this.code = code;
    this.fields = options.fields ?? [];
    this.retryAfter = options.retryAfter;
  }

  /** The HTTP status of its problem document. */
  get status(): number {
    return ERRORS[this.code][0];
  }
}

/**
 * Every reason for which the server ends a connection, with its close code (RFC 6455, 7.4.2: 4000 to 4999 are ours). 4400 to 4499: do
 * not connect again without doing something about it; 4500 to 4599: connect again with the same incarnation.
 */
export const CLOSE_CODES = {
  "bad-request": 4400,
  "token-invalid": 4401,
  "removed": 4403,
  "room-closed": 4404,
  "version-unsupported": 4406,
  "taken-over": 4409,
  "left": 4410,
  "frame-too-large": 4413,
  "room-locked": 4423,
  "room-full": 4430,
  "seat-ended": 4431,
  "internal": 4500,
  "moving": 4501,
  "unavailable": 4503,
  "slow-reader": 4508,
  "rate-limited": 4529,
} as const;

/** Why the server ended a connection. */
export type CloseReason = keyof typeof CLOSE_CODES;

const REASONS = new Map<number, CloseReason>(
  Object.entries(CLOSE_CODES).map((
    [reason, code],
  ) => [code, reason as CloseReason]),
);

/** The reason that a close code stands for, or undefined: any other code is a lost connection. */
export function closeReason(code: number): CloseReason | undefined {
  return REASONS.get(code);
}

/** Whether a client whose connection was closed with `code` may connect again by itself. */
export function mayReconnect(code: number): boolean {
  return code < 4400 || code > 4499;
}

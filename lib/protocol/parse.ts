/**
 * One function per direction from text to a message or a typed failure. Nothing behind these sees unchecked data. (`numbered_signal.ts` is
 * a shorter way to the same message.)
 */
import * as v from "valibot";
import { type FieldError, ProtocolError } from "./errors.ts";
import { MAX_SIGNAL_BYTES } from "./limits.ts";
import {
  CLIENT_MESSAGES,
  type ClientMessage,
  SERVER_MESSAGES,
  type ServerMessage,
} from "./messages.ts";

const UTF8 = new TextEncoder();

/** Bytes of a text in UTF-8. */
export function byteLength(text: string): number {
  return UTF8.encode(text).length;
}

/**
 * The value in the form of a schema, as a fresh object that holds only what the schema names.
 *
 * @throws {ProtocolError} `invalid-message`, naming each field that is wrong.
 */
export function check<const Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const fields: FieldError[] = result.issues.slice(0, 16).map((issue) => ({
    field: v.getDotPath(issue) ?? "",
    message: issue.message,
  }));
  throw new ProtocolError("invalid-message", { fields });
}

/**
 * JSON text as an object.
 *
 * @throws {ProtocolError} `bad-json`.
 */
export function parseObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ProtocolError("bad-json", { cause });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ProtocolError("bad-json");
  }
  return value as Record<string, unknown>;
}

/** The schema for a message's type. Own properties only: `constructor` is no message. */
function schemaOf<Schemas extends Record<string, v.GenericSchema>>(
  schemas: Schemas,
  message: Record<string, unknown>,
): Schemas[keyof Schemas] {
  const type = message.type;
  if (typeof type !== "string") {
    throw new ProtocolError("invalid-message", {
      fields: [{ field: "type", message: "a message needs a type" }],
    });
  }
  if (!Object.hasOwn(schemas, type)) throw new ProtocolError("unknown-type");
  return schemas[type as keyof Schemas];
}

/**
 * A frame from a client as a message.
 *
 * @throws {ProtocolError} `bad-json`, `unknown-type`, `invalid-message` or `signal-too-large`.
 */
export function parseClientMessage(text: string): ClientMessage {
  const value = parseObject(text);
  const message = check(
    schemaOf(CLIENT_MESSAGES, value),
    value,
  ) as ClientMessage;
  if (message.type === "signal" && isLarger(message.data, text)) {
    throw new ProtocolError("signal-too-large");
  }
  return message;
}

/**
 * A frame from the server as a message.
 *
 * @throws {ProtocolError} `bad-json`, `unknown-type` (a client ignores those) or `invalid-message`.
 */
export function parseServerMessage(text: string): ServerMessage {
  const value = parseObject(text);
  return check(schemaOf(SERVER_MESSAGES, value), value) as ServerMessage;
}

/** Whether `data` as JSON is over the limit of a signal. A UTF-16 unit is at most 3 bytes, so most frames need no second look. */
function isLarger(data: unknown, frame: string): boolean {
  return frame.length * 3 > MAX_SIGNAL_BYTES &&
    byteLength(JSON.stringify(data)) > MAX_SIGNAL_BYTES;
}

/** Structured log lines: one JSON object per line, for machines that collect them. */
import type { Clock } from "../protocol/clock.ts";
import { TokenBucket } from "./rate_limit.ts";

/**
 * What each level is for:
 * - `error`: a defect of ours, or something that a person must look at. Each one deserves a fix.
 * - `warn`: something outside failed and we coped: the store was out of reach, an instance vanished. Many of them deserve a look.
 * - `info`: one line per step in the life of an instance, a room or a member, and per request that was refused. Never per message.
 */
export type Level = "error" | "warn" | "info";

/** Letters, digits and the marks of ids, dates, addresses and route patterns. Tokens are longer, and names and SDP have spaces or lines. */
const WORD = /^[\w.:/[\]-]{1,64}$/;

/**
 * The only fields that can be logged. A name outside this list, or a text that is no short word, is left out or replaced, so that no
 * token, name, description, candidate, key or chat text reaches a log, whoever passes what.
 */
export interface LogFields {
  /** Which request: also in the `X-Request-Id` of its answer. */
  requestId?: string;
  roomId?: string;
  memberId?: string;
  incarnation?: number;
  /** The one that writes the line. */
  instanceId?: string;
  /** One that the line is about. */
  otherInstanceId?: string;
  /** An error code, close reason, role, method or another word of the protocol. */
  code?: string;
  reason?: string;
  role?: string;
  method?: string;
  /** A pattern such as `/api/rooms/:id`; never the path, which may hold what somebody typed. */
  route?: string;
  status?: number;
  count?: number;
  bytes?: number;
  milliseconds?: number;
  port?: number;
  version?: string;
  /** Lines of this event that were left out before this one, because there were too many. */
  omitted?: number;
  /** Its kind, code, place and causes are written. Not its message: that may quote anything. */
  error?: unknown;
}

const FIELDS: ReadonlySet<string> = new Set<keyof LogFields>([
  "requestId",
  "roomId",
  "memberId",
  "incarnation",
  "instanceId",
  "otherInstanceId",
  "code",
  "reason",
  "role",
  "method",
  "route",
  "status",
  "count",
  "bytes",
  "milliseconds",
  "port",
  "version",
  "omitted",
]);

/** Lines of one event: what strangers can cause must not fill a disk. */
const LINES = { perSecond: 100, burst: 1_000 };

/** Writes lines such as `{"time":"…","level":"info","event":"room-created","roomId":"…"}`. */
export class Log {
  readonly #write: (line: string) => void;
  readonly #clock: Clock;
  readonly #common: LogFields;
  /** What may still be written of each event, and what was not. */
  #events = new Map<string, { lines: TokenBucket; omitted: number }>();

  /** `write` gets one line without its end; `common` is in every line. */
  constructor(
    write: (line: string) => void,
    clock: Clock,
    common: LogFields = {},
  ) {
    this.#write = write;
    this.#clock = clock;
    this.#common = common;
  }

  /** A log whose every line has these fields too. */
  with(fields: LogFields): Log {
    const log = new Log(this.#write, this.#clock, {
      ...this.#common,
      ...fields,
    });
    log.#events = this.#events;
    return log;
  }

  error(event: string, fields: LogFields = {}): void {
    this.#line("error", event, fields);
  }

  warn(event: string, fields: LogFields = {}): void {
    this.#line("warn", event, fields);
  }

  info(event: string, fields: LogFields = {}): void {
    this.#line("info", event, fields);
  }

  #line(level: Level, event: string, fields: LogFields): void {
    const known = this.#events.get(event) ??
      { lines: new TokenBucket(LINES, this.#clock), omitted: 0 };
    this.#events.set(event, known);
    if (!known.lines.take()) return void known.omitted++;
    const omitted = known.omitted || undefined;
    known.omitted = 0;
    const line: Record<string, unknown> = {
      time: new Date(this.#clock.now()).toISOString(),
      level,
      event: word(event),
    };
    for (
      const [name, value] of Object.entries({
        ...this.#common,
        ...fields,
        omitted,
      })
    ) {
      if (value !== undefined && FIELDS.has(name)) line[name] = word(value);
    }
    if (fields.error !== undefined) line.error = describe(fields.error);
    this.#write(JSON.stringify(line));
  }
}

function word(value: unknown): string | number | boolean {
  if (typeof value === "number" || typeof value === "boolean") return value;
  return typeof value === "string" && WORD.test(value) ? value : "[redacted]";
}

/** An error's kind and place, and those of up to three causes. A stack begins with the message, so only its frames are taken. */
function describe(error: unknown, depth = 0): object {
  if (!(error instanceof Error)) return { kind: typeof error };
  const code = (error as { code?: unknown }).code;
  return {
    kind: word(error.name),
    ...(typeof code === "string" ? { code: word(code) } : {}),
    at: frames(error.stack ?? ""),
    ...(error.cause !== undefined && depth < 3
      ? { cause: describe(error.cause, depth + 1) }
      : {}),
  };
}

function frames(stack: string): string[] {
  return stack.split("\n")
    .map((line) =>
      /^ {4}at (?:async )?(?:.* \()?([^()\s]+:\d+:\d+)\)?$/.exec(line)?.[1]
    )
    .filter((place) => place !== undefined)
    .slice(0, 8);
}

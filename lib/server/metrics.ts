/** What an instance counts for those who look after it: the tables of `docs/operations.md`. */
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import {
  CLOSE_CODES,
  type CloseReason,
  type ErrorCode,
  ERRORS,
} from "../protocol/errors.ts";
import { CLIENT_MESSAGES, type ClientMessage } from "../protocol/messages.ts";
import { Tally } from "./tally.ts";

/** How an instance is just now. */
export interface Gauges {
  /** Those included that we have closed and whose clients have not. */
  sockets: number;
  members: number;
  rooms: number;
  keptSeats: number;
  overdueKvOperations: number;
}

const wordsOf = <Table extends object>(table: Table) =>
  Object.keys(table) as Extract<keyof Table, string>[];

/** Seconds: a database in the same rack answers within 5 ms, one far away in 50, and 2 s are the store's deadline. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2];

/**
 * The metrics of one instance, in a registry of their own. Labels hold words of ours, never ids, addresses or names, so there are only so
 * many series; but each has its instance's id, because the isolates of one process answer scrapes on one port.
 *
 * The instance's parts add to them. What lies on the way of signals is a {@linkcode Tally}; the rest of the work is a scrape's.
 */
export class Metrics {
  readonly registry = new Registry();

  /** Connections that have not ended. */
  connections = 0;

  readonly messages = this.#tally<ClientMessage["type"]>(
    "ringdown_messages_total",
    "Messages from clients, those over the rate left out.",
    "type",
    wordsOf(CLIENT_MESSAGES),
  );
  readonly refusedMessages = this.#tally<ErrorCode>(
    "ringdown_messages_refused_total",
    "Messages from clients that had no effect, by the error they were told.",
    "code",
    wordsOf(ERRORS),
  );
  readonly unheardMessages = this.#counter(
    "ringdown_messages_over_rate_total",
    "Messages from clients thrown away because they came too fast.",
  );
  readonly signals = this.#tally<"here" | "onward" | "everyone">(
    "ringdown_signals_total",
    "Signals and acknowledgements: to a member of this instance, to one of another, or to everyone in a room.",
    "way",
    ["here", "onward", "everyone"],
  );
  readonly endedConnections = this.#tally<CloseReason | "lost">(
    "ringdown_connections_ended_total",
    "Connections that we ended, by the reason told, or that were lost.",
    "reason",
    ["lost", ...wordsOf(CLOSE_CODES)],
  );
  readonly refusedRequests = this.#counter(
    "ringdown_http_refused_total",
    "Requests answered with a problem document, by its code.",
    ["method", "route", "code"],
  );
  readonly requests = this.#histogram(
    "ringdown_http_request_duration_seconds",
    "Requests to our routes and the time they took.",
    ["method", "route", "status"],
  );
  readonly kvOperations = this.#histogram(
    "ringdown_kv_operation_duration_seconds",
    "Deno KV operations and the time they took, 2 s at most.",
    ["operation", "outcome"],
  );
  readonly doubts = this.#counter(
    "ringdown_kv_watch_doubts_total",
    "Times that the watch could not be relied upon, and mail was polled.",
  );
  readonly parcels = this.#counter(
    "ringdown_bus_parcels_total",
    "Parcels for other instances that a carrier was given.",
    ["carrier", "outcome"],
  );
  readonly lostMessages = this.#counter(
    "ringdown_bus_messages_lost_total",
    "Messages for other instances that were given up.",
  );
  readonly holes = this.#counter(
    "ringdown_bus_holes_total",
    "Times that messages from another instance were missing.",
  );
  readonly takeovers = this.#counter(
    "ringdown_instances_taken_over_total",
    "Instances that were gone and whose seats this one looks after now.",
  );

  /** Begins to tell how an instance is. */
  describe(instanceId: string, gauges: () => Gauges): void {
    this.registry.setDefaultLabels({ instance_id: instanceId });
    this.#gauge(
      "ringdown_connections",
      "Open connections.",
      () => this.connections,
    );
    this.#gauge(
      "ringdown_sockets",
      "WebSockets that Deno holds: also those that we have closed and their clients have not.",
      () => gauges().sockets,
    );
    this.#gauge(
      "ringdown_members",
      "Members connected to this instance.",
      () => gauges().members,
    );
    this.#gauge(
      "ringdown_rooms",
      "Rooms that somebody is connected to here.",
      () => gauges().rooms,
    );
    this.#gauge(
      "ringdown_seats_kept",
      "Seats kept here for members who are not connected.",
      () => gauges().keptSeats,
    );
    this.#gauge(
      "ringdown_kv_operations_overdue",
      "Deno KV operations that are past their 2 s and still under way.",
      () => gauges().overdueKvOperations,
    );
  }

  /** All metrics, in Prometheus' text format 0.0.4. */
  text(): Promise<string> {
    return this.registry.metrics();
  }

  #tally<Word extends string>(
    name: string,
    help: string,
    label: string,
    words: readonly Word[],
  ): Tally<Word> {
    const tally = new Tally(words);
    new Counter({
      name,
      help,
      labelNames: [label],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const [word, count] of tally.entries()) {
          this.inc({ [label]: word }, count);
        }
      },
    });
    return tally;
  }

  #counter<Label extends string>(
    name: string,
    help: string,
    labelNames: Label[] = [],
  ): Counter<Label> {
    return new Counter({
      name,
      help,
      labelNames,
      registers: [this.registry],
    });
  }

  #gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }

  #histogram<Label extends string>(
    name: string,
    help: string,
    labelNames: Label[],
  ): Histogram<Label> {
    return new Histogram({
      name,
      help,
      labelNames,
      buckets: BUCKETS,
      registers: [this.registry],
    });
  }
}

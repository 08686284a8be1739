import { assert, assertEquals } from "@std/assert";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import { Log, type LogFields } from "@/lib/server/log.ts";
import { VirtualClock } from "../fakes/clock.ts";

function logged(write: (log: Log) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  write(new Log((line) => lines.push(line), new VirtualClock(0)));
  for (const line of lines) assert(!line.includes("\n"));
  return lines.map((line) => JSON.parse(line));
}

Deno.test("Log writes one JSON line with time, level, event and fields", () => {
  assertEquals(
    logged((log) =>
      log.with({ instanceId: "i1" }).info("room-created", {
        roomId: "Abc_-1",
        count: 2,
        route: "/api/rooms/[id]",
        memberId: undefined,
      })
    ),
    [{
      time: "1970-01-01T00:00:00.000Z",
      level: "info",
      event: "room-created",
      instanceId: "i1",
      roomId: "Abc_-1",
      count: 2,
      route: "/api/rooms/[id]",
    }],
  );
});

const CONFIDENTIAL = [
  "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJyaW5nZG93biIsImF1ZCI6Im1lbWJlciJ9.c2lnbmF0dXJl",
  "v=0\r\no=- 46117317 2 IN IP4 127.0.0.1\r\n",
  "candidate:1 1 udp 2122260223 192.168.1.2 54321 typ host",
  "Ann Example",
  "a=ice-pwd:asd88fgpdd777uzjYhagZg",
];

Deno.test("Log lets nothing confidential through, whatever field it is put in", () => {
  for (const text of CONFIDENTIAL) {
    const fields = {
      roomId: text,
      reason: text,
      token: text,
      name: text,
      count: text,
      route: { text },
    } as unknown as LogFields;
    const lines = logged((log) => {
      log.info(text, fields);
      log.with(fields).warn("event");
    });
    assert(!JSON.stringify(lines).includes(text.slice(0, 8)), text);
    assertEquals(lines[1].roomId, "[redacted]");
    assert(!("token" in lines[1]) && !("name" in lines[1]));
  }
});

Deno.test("Log tells of an error its kind, code, place and causes, and no message", () => {
  for (const text of CONFIDENTIAL) {
    const cause = new TypeError(`inner ${text}`);
    const error = new ProtocolError("unavailable", { message: text, cause });
    const [line] = logged((log) => log.error("failed", { error }));
    const shown = line.error as Record<string, unknown>;
    assertEquals(shown.kind, "ProtocolError");
    assertEquals(shown.code, "unavailable");
    assert((shown.at as string[])[0].includes("log_test.ts:"));
    assertEquals((shown.cause as { kind: string }).kind, "TypeError");
    assert(!JSON.stringify(line).includes(text.slice(0, 8)), text);
  }
});

Deno.test("Log survives errors of every kind", () => {
  const endless = new Error("a");
  endless.cause = endless;
  const odd = new Error("b");
  odd.stack = undefined;
  odd.name = "Two words";
  const lines = logged((log) => {
    for (const error of [endless, odd, "text", null, 5, { message: "x" }]) {
      log.error("failed", { error });
    }
  });
  assertEquals(lines.length, 6);
  assertEquals((lines[2].error as { kind: string }).kind, "string");
});

Deno.test("Log writes at most 1,000 lines of one event at once and 100 a second, and says how many it left out", async () => {
  const lines: string[] = [];
  const clock = new VirtualClock(0);
  const log = new Log((line) => lines.push(line), clock);
  for (let n = 0; n < 5_000; n++) log.info("request-refused");
  log.error("request-failed");
  assertEquals(lines.length, 1_001);
  await clock.advance(1_000);
  log.info("request-refused");
  assertEquals(JSON.parse(lines[1_001]).omitted, 4_000);
  log.info("request-refused");
  assertEquals(JSON.parse(lines[1_002]).omitted, undefined);
});

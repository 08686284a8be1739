import { assertEquals } from "@std/assert";
import type { MemberRecord } from "@/lib/server/member_record.ts";
import { endOf, Roster, rosterMessages } from "@/lib/server/roster.ts";

function record(change: Partial<MemberRecord> = {}): MemberRecord {
  return {
    roomId: "r",
    memberId: "m",
    name: "Ann",
    role: "speaker",
    state: "here",
    incarnation: 1,
    generation: 1,
    instanceId: "i",
    since: 0,
    tracks: {},
    presence: {},
    ...change,
  };
}

const told = (before: MemberRecord | null, after: MemberRecord | null) =>
  rosterMessages(before, after).map(({ type }) => type);

Deno.test("rosterMessages: every change of state tells the others just what is new", () => {
  const [joined, here, away] = [
    record({ state: "joined", generation: 0 }),
    record(),
    record({ state: "away" }),
  ];
  assertEquals(told(null, joined), []);
  assertEquals(told(joined, null), []);
  assertEquals(told(joined, here), ["join"]);
  assertEquals(told(null, here), ["join"]);
  assertEquals(told(here, away), ["away"]);
  assertEquals(told(here, here), []);
  assertEquals(told(away, record({ generation: 2 })), ["back"]);
  assertEquals(told(here, record({ generation: 2 })), ["back"]);
  assertEquals(told(here, record({ generation: 2, state: "away" })), [
    "back",
    "away",
  ]);
  assertEquals(told(here, null), ["leave"]);
  assertEquals(told(away, null), ["leave"]);
  assertEquals(told(here, record({ tracks: { audio: true } })), [
    "track-state",
  ]);
  assertEquals(told(record({ tracks: { audio: true } }), here), [
    "track-state",
  ]);
  assertEquals(told(here, record({ presence: { status: "on air" } })), [
    "presence",
  ]);
  assertEquals(
    told(here, record({ cloudflareSession: { sessionId: "s", tracks: [] } })),
    ["cloudflare-session"],
  );
});

Deno.test("Roster.apply: what comes late or twice changes nothing", () => {
  const roster = new Roster();
  const change = (versionstamp: string, state: MemberRecord | null) =>
    roster.apply({ roomId: "r", memberId: "m", record: state, versionstamp })
      .map(({ type }) => type);
  assertEquals(change("02", record()), ["join"]);
  assertEquals(change("02", record()), []);
  assertEquals(change("01", record({ state: "away" })), []);
  assertEquals(change("04", null), ["leave"]);
  assertEquals(change("03", record({ generation: 2 })), []);
  assertEquals(roster.peers(), []);
  assertEquals(change("05", record({ generation: 3 })), ["join"]);
});

Deno.test("endOf: an end that was only noticed is older than whatever comes next", () => {
  const roster = new Roster();
  roster.apply({
    roomId: "r",
    memberId: "m",
    record: record(),
    versionstamp: "0a",
  });
  assertEquals(roster.apply(endOf("r", "m", "0a")).map(({ type }) => type), [
    "leave",
  ]);
  assertEquals(
    roster.apply({
      roomId: "r",
      memberId: "m",
      record: record(),
      versionstamp: "0a",
    }),
    [],
  );
  assertEquals(
    roster.apply({
      roomId: "r",
      memberId: "m",
      record: record(),
      versionstamp: "0b",
    }).length,
    1,
  );
});

Deno.test("Roster: remembers a bounded number of seats that have ended", () => {
  const roster = new Roster();
  for (let n = 0; n < 1_000; n++) {
    roster.apply({
      roomId: "r",
      memberId: `m${n}`,
      record: null,
      versionstamp: "01",
    });
  }
  assertEquals(
    roster.apply({
      roomId: "r",
      memberId: "m999",
      record: record({ memberId: "m999" }),
      versionstamp: "00",
    }),
    [],
  );
  assertEquals(
    roster.apply({
      roomId: "r",
      memberId: "m0",
      record: record({ memberId: "m0" }),
      versionstamp: "00",
    }).length,
    1,
  );
});

import { assert, assertEquals } from "@std/assert";
import { SEAT_KEPT_MS } from "@/lib/protocol/limits.ts";
import type { ClientMessage } from "@/lib/protocol/messages.ts";
import { listedRooms } from "@/lib/server/listed_rooms.ts";
import type { RoomRecord } from "@/lib/server/rooms.ts";
import { VirtualClock } from "../fakes/clock.ts";
import { KvMeter, type Units } from "./kv_meter.ts";
import { Rig, type RunningInstance, type TestClient } from "./rig.ts";

/** Ann, a host, is connected `here`, and Ben `there`: at the same instance, or at another that only Deno KV leads to. */
interface Stage {
  rig: Rig;
  clock: VirtualClock;
  here: RunningInstance;
  there: RunningInstance;
  room: RoomRecord;
  ann: TestClient;
  ben: TestClient;
}

/** What is done. `before` is not counted; what it returns is given to `act`. */
interface Action {
  what: string;
  before?(stage: Stage): Promise<string | void>;
  act(stage: Stage, given: string): Promise<unknown>;
  /** Milliseconds of the clock that `act` takes: what an instance uses in them anyway is not counted. */
  takes?: number;
}

const INSTANCES = [1, 2] as const;

const DOCUMENT = await Deno.readTextFile(
  new URL("../../docs/deploy.md", import.meta.url),
);

/** What two Chromiums with sound and picture sent to be connected; what was sent at once is one list. */
type Recorded = ({ from: "ann" | "ben" } & ClientMessage)[][];

/** As it was seen once: from the lobby … */
const CALL: Recorded = await recorded("call");
/** … and by a link that enters at once, of which the page's first script says a part already. */
const ENTRY: Recorded = await recorded("entry");

async function recorded(what: string): Promise<Recorded> {
  const file = new URL(`./recorded_${what}.json`, import.meta.url);
  return JSON.parse(await Deno.readTextFile(file));
}

const OFFER = CALL.flat().find((message) => message.type === "signal")!.data;

async function withStage<T>(
  instances: 1 | 2,
  task: (stage: Stage, meter: KvMeter) => Promise<T>,
): Promise<T> {
  await using rig = new Rig();
  const clock = new VirtualClock();
  const here = await rig.start({ clock, carriers: [] });
  const there = instances === 1
    ? here
    : await rig.start({ clock, carriers: [] });
  const room = await here.room({ type: "video", maxParticipants: 4 });
  const ann = await here.enter(room, "Ann", "host");
  const ben = await there.enter(room, "Ben");
  await ann.next("join");
  const meter = new KvMeter(rig);
  await meter.rest();
  return await task({ rig, clock, here, there, room, ann, ben }, meter);
}

function unitsOf(instances: 1 | 2, action: Action): Promise<Units> {
  return withStage(instances, async (stage, meter) => {
    const given = await action.before?.(stage) ?? "";
    await meter.rest();
    await action.act(stage, given);
    const { writes, reads } = await meter.rest();
    if (!action.takes) return { writes, reads };
    const idle = await idleUnits(instances, action.takes);
    return { writes: writes - idle.writes, reads: reads - idle.reads };
  });
}

/** What instances use while nothing happens. */
function idleUnits(instances: 1 | 2, ms: number): Promise<Units> {
  return withStage(instances, async ({ rig, clock }, meter) => {
    await clock.advance(ms, rig.settle);
    return await meter.rest();
  });
}

const goAway = async ({ ann, ben }: Stage) => {
  ben.close();
  await ann.next("away");
};

const comeBack = (incarnation?: number) => async (stage: Stage) => {
  stage.there.connect(stage.ben.token, { incarnation });
  await stage.ann.next("back");
};

/** What a member says of itself waits a moment for more of it. */
const SAID_TOGETHER_MS = 20;

/** Waits until the instance of these clients has had all that they have sent. */
async function arrived(...clients: TestClient[]): Promise<void> {
  for (const client of clients) {
    client.send({ type: "ping" });
    await client.next("pong");
  }
}

const say = (...messages: ClientMessage[]) => async (stage: Stage) => {
  const { ann, ben, clock, rig } = stage;
  for (const message of messages) ann.send(message);
  await arrived(ann);
  await clock.advance(SAID_TOGETHER_MS, rig.settle);
  for (const { type } of messages) await ben.next(type as "track-state");
};

/** A seat is given up 45 s after its connection was lost. */
const UNTIL_LEFT_MS = SEAT_KEPT_MS + 500;

const ACTIONS: readonly Action[] = [
  { what: "make a room", act: ({ here }) => here.room() },
  {
    what: "make a listed room with a name in its address",
    act: ({ here }) => here.room({ slug: "the-shack", listed: true }),
  },
  { what: "join", act: ({ there, room }) => there.join(room, "Cem") },
  {
    what: "connect",
    before: async ({ there, room }) => (await there.join(room, "Cem")).token,
    act: async ({ there, ann }, token) => {
      there.connect(token);
      await ann.next("join");
    },
  },
  {
    what: "switch a microphone, camera or screen",
    act: say({ type: "track-state", kind: "audio", enabled: true }),
  },
  {
    what: "switch several at once",
    act: say(
      { type: "track-state", kind: "audio", enabled: true },
      { type: "track-state", kind: "video", enabled: true },
    ),
  },
  {
    what: "raise a hand, or another presence",
    act: say({ type: "presence", handRaised: true }),
  },
  {
    what: "an offer or answer with sound and picture (5 KB)",
    act: async ({ ann, ben }) => {
      ann.send({
        type: "signal",
        to: ben.memberId,
        toIncarnation: 1,
        id: 1,
        data: OFFER,
      });
      await ben.next("signal");
    },
  },
  {
    what: "an acknowledgement",
    act: async ({ ann, ben }) => {
      ben.send({ type: "ack", to: ann.memberId, toIncarnation: 1, id: 1 });
      await ann.next("ack");
    },
  },
  { what: "go away (the connection is lost)", act: goAway },
  {
    what: "come back within 45 s (resume)",
    before: goAway,
    act: comeBack(1),
  },
  { what: "reload the page", before: goAway, act: comeBack() },
  {
    what: "leave",
    act: async ({ ann, ben }) => {
      ben.send({ type: "leave" });
      await ann.next("leave");
    },
  },
  {
    what: "be given up, 45 s after going away",
    before: goAway,
    takes: UNTIL_LEFT_MS,
    act: async ({ ann, clock, rig }) => {
      await clock.advance(UNTIL_LEFT_MS, rig.settle);
      await ann.next("leave");
    },
  },
  {
    what: "as host: ask somebody to mute",
    act: async ({ ann, ben }) => {
      ann.send({ type: "mute", memberId: ben.memberId, kind: "audio" });
      await ben.next("mute");
    },
  },
  {
    what: "as host: lock or open the room, or change it",
    act: async ({ ann, ben }) => {
      ann.send({ type: "lock", locked: true });
      await ben.next("room");
    },
  },
  {
    what: "as host: remove somebody",
    act: async ({ ann, ben }) => {
      ann.send({ type: "remove", memberId: ben.memberId });
      await ben.closed;
    },
  },
  {
    what: "as host: end the room for all",
    act: async ({ ann, ben }) => {
      ann.send({ type: "end" });
      await ben.closed;
    },
  },
  {
    what: "list rooms (ten of them)",
    before: async ({ here }) => {
      for (let n = 0; n < 10; n++) await here.room({ listed: true });
    },
    act: ({ here }) => listedRooms(here.instance, { limit: 50 }),
  },
  {
    what: "answer `/readyz`, at most once in 5 s",
    act: ({ here }) => here.instance.ready(),
  },
];

/** Whole lease periods that hold whole lives of a watch. */
const IDLE_MS = 120_000;
const LEASE_MS = 8_000;

async function idleRow(): Promise<string[]> {
  const cells = [];
  for (const instances of INSTANCES) {
    const { writes, reads } = await idleUnits(instances, IDLE_MS);
    const periods = instances * IDLE_MS / LEASE_MS;
    cells.push(...[writes, reads].map((units) => each(units / periods)));
  }
  return ["an instance with members, in 8 s", ...cells];
}

const each = (units: number) => String(Math.round(units * 10) / 10);

/** The rows of the table below a heading of a document, without its head. */
function tableIn(text: string, heading: string): string[][] {
  const section = text.split(`\n## ${heading}\n`)[1].split("\n## ")[0];
  return section.split("\n").filter((line) => line.startsWith("|")).slice(2)
    .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
}

Deno.test("cost: what docs/deploy.md says of every action is what is counted", async () => {
  const rows = [];
  for (const action of ACTIONS) {
    const cells = [];
    for (const instances of INSTANCES) {
      const { writes, reads } = await unitsOf(instances, action);
      cells.push(each(writes), each(reads));
    }
    rows.push([action.what, ...cells]);
  }
  rows.push(await idleRow());
  const table = rows.map((row) => `| ${row.join(" | ")} |`).join("\n");
  assertEquals(
    tableIn(DOCUMENT, "What it costs in Deno KV"),
    rows,
    `the table should be:\n${table}\n`,
  );
});

/** Units of a whole call, from making the room to the second one's leaving. */
async function callUnits(instances: 1 | 2, said: Recorded): Promise<Units> {
  await using rig = new Rig();
  const clock = new VirtualClock();
  const here = await rig.start({ clock, carriers: [] });
  const there = instances === 1
    ? here
    : await rig.start({ clock, carriers: [] });
  const meter = new KvMeter(rig);
  const room = await here.room({ type: "video", name: "Ann and Ben" });
  const ann = await here.enter(room, "Ann", "host");
  const ben = await there.enter(room, "Ben");
  const used = [await meter.rest()];
  for (const moment of said) {
    for (const { from, ...message } of moment) {
      const [sender, other] = from === "ann" ? [ann, ben] : [ben, ann];
      const to = { to: other.memberId, toIncarnation: 1 };
      sender.send({
        ...message,
        ...("id" in message && to),
      } as ClientMessage);
    }
    await arrived(ann, ben);
    await clock.advance(SAID_TOGETHER_MS, rig.settle);
    used.push(await meter.rest());
  }
  for (const [client, from] of [[ann, "ben"], [ben, "ann"]] as const) {
    const isSignal = ({ type }: { type: string }) => type === "signal";
    assertEquals(
      client.received.filter(isSignal).length,
      said.flat().filter((message) => message.from === from).filter(isSignal)
        .length,
    );
  }
  for (const client of [ann, ben]) {
    client.send({ type: "leave" });
    await client.closed;
  }
  used.push(await meter.rest());
  const total = (kind: keyof Units) =>
    used.reduce((sum, units) => sum + units[kind], 0);
  // The leases are the instances', and not the call's.
  return { writes: total("writes") - instances, reads: total("reads") };
}

Deno.test("cost: a call of two takes no more than docs/deploy.md says, and that at most 12 write units on one instance and 25 on two", async () => {
  const said = [
    ...DOCUMENT.matchAll(/(\d+)\s+write units\s+and\s+(\d+)\s+read units/g),
  ]
    .map(([, writes, reads]) => [Number(writes), Number(reads)]);
  for (const [instances, most] of [[1, 12], [2, 25]] as const) {
    const [mostWrites, mostReads] = said[instances - 1];
    assert(mostWrites <= most);
    for (const recording of [CALL, ENTRY]) {
      const { writes, reads } = await callUnits(instances, recording);
      const counted =
        `${instances}: ${writes} write units and ${reads} read units`;
      assert(writes <= mostWrites && reads <= mostReads, counted);
    }
  }
});

import { assert, assertEquals } from "@std/assert";
import { seededRandom } from "../fakes/random.ts";
import { Rig } from "../server/rig.ts";
import { churn, strayed } from "./churn.ts";
import { FuzzWorld } from "./fuzz_world.ts";
import { throwGarbage } from "./wire.ts";

Deno.test("fuzz: 5,000 frames in every state of a connection break nothing, and reach no other room", async () => {
  await using world = await FuzzWorld.start(seededRandom(1));
  await world.run(4_000);
  world.startMoving();
  await world.run(1_000);
  assertEquals(world.wrong, []);
  assertEquals(world.defects, []);
  assert(world.connections > 50, `${world.connections} connections`);
  const { sent, messages, malformed } = await world.counts();
  assertEquals(messages + malformed, world.read);
  assert(messages > 500 && world.read >= 5_000 && world.read < sent);
  assertEquals(({} as Record<string, unknown>).data, undefined);
});

Deno.test("fuzz: 1,000 frames on the wire, most of them bad, disturb nobody else's call", async () => {
  await using rig = new Rig();
  const server = await rig.start();
  const quiet = await server.room();
  const [ann, ben] = [
    await server.enter(quiet, "Ann"),
    await server.enter(quiet, "Ben"),
  ];
  await ann.settled();
  const target = {
    url: server.url,
    token: async () =>
      (await server.join(await server.room(), "Eve", "host")).token,
    memberIds: [ann.memberId, ben.memberId],
    random: seededRandom(1),
  };
  const sockets = await throwGarbage(target, 1_000);
  assert(sockets > 20, `${sockets} sockets`);
  assertEquals(await ben.settled(), []);
  ann.send({ type: "signal", to: ben.memberId, data: "undisturbed" });
  assertEquals((await ben.next("signal")).data, "undisturbed");
  assertEquals(rig.logged.filter((line) => line.includes('"error"')), []);
});

Deno.test("fuzz: of 100 connections that come and go everyone who can be seated is welcomed, and the others are told why not", async () => {
  await using rig = new Rig();
  const server = await rig.start({
    env: {
      LIMIT_CONNECTIONS_PER_MINUTE: "1000",
      LIMIT_FAILED_JOINS_PER_MINUTE: "1000",
    },
  });
  const room = await server.room();
  const tokens = [
    (await server.join(room, "Ann")).token,
    (await server.join(room, "Ben")).token,
  ];
  const outcomes = await churn(server.url, tokens, seededRandom(1), 100, 4);
  assertEquals(strayed(outcomes), 0, JSON.stringify(outcomes));
  assertEquals(Object.keys(outcomes.close), ["welcome"]);
});

Deno.test("fuzz: a server that refuses everyone is found out by those who come and go", async () => {
  await using rig = new Rig();
  const server = await rig.start({ env: { LIMIT_SOCKETS: "1" } });
  const { token } = await server.join(await server.room(), "Ann");
  const other = server.connect(
    (await server.join(await server.room(), "Ben")).token,
  );
  await other.next("welcome");
  const outcomes = await churn(server.url, [token], seededRandom(1), 20, 2);
  assertEquals(strayed(outcomes), 20);
  assertEquals(Object.keys(outcomes.close), ["HTTP 503"]);
});

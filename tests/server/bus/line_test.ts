import { assertEquals } from "@std/assert";
import type { Carrier, Parcel } from "@/lib/server/bus/carrier.ts";
import { Line } from "@/lib/server/bus/line.ts";
import { VirtualClock } from "../../fakes/clock.ts";

/** A carrier that says of each parcel what it is told to. */
function carrier(
  name: string,
  answer: (parcel: Parcel) => Promise<boolean> | boolean,
): Carrier & { carried: number[] } {
  const carried: number[] = [];
  return {
    name,
    carried,
    open() {},
    reaches: () => true,
    async carry(_to, parcel) {
      const answered = await answer(parcel);
      if (answered) carried.push(parcel.number);
      return answered;
    },
    close: () => Promise.resolve(),
  };
}

function line(carriers: Carrier[]) {
  const clock = new VirtualClock();
  const lost: number[] = [];
  const onLost = (count: number) => lost.push(count);
  const options = {
    from: "one",
    to: "other",
    carriers,
    clock,
    onCarried: () => {},
    onLost,
  };
  return { line: new Line(options), clock, lost };
}

Deno.test("Line: what waits while a parcel is under way makes the next", async () => {
  const parcels: Parcel[] = [];
  const { line: sent, clock } = line([
    carrier("a", (parcel) => parcels.push(parcel) > 0),
  ]);
  ["1", "2"].forEach((text) => sent.send(text));
  await clock.run(0);
  ["3", "4"].forEach((text) => sent.send(text));
  await clock.run(0);
  assertEquals(parcels, [
    { from: "one", number: 1, messages: "[1,2]" },
    { from: "one", number: 2, messages: "[3,4]" },
  ]);
});

Deno.test("Line: a carrier that has failed is left for good, the last never", async () => {
  let works = false;
  const [near, far] = [
    carrier("near", ({ number }) => number < 2),
    carrier("far", () => works),
  ];
  const { line: sent, clock } = line([near, far]);
  for (const text of ["1", "2", "3"]) {
    sent.send(text);
    await clock.run(0);
  }
  await clock.run(10_000);
  assertEquals([near.carried, far.carried], [[1], []]);
  works = true;
  await clock.run(1_000);
  sent.send("4");
  await clock.run(1_000);
  assertEquals([near.carried, far.carried], [[1], [2, 3, 4]]);
});

Deno.test("Line: what no carrier can take at all does not stop what follows", async () => {
  const only = carrier("a", ({ number }) => {
    if (number === 1) throw new TypeError("too large");
    return true;
  });
  const { line: sent, clock, lost } = line([only]);
  sent.send("1");
  await clock.run(0);
  sent.send("2");
  await clock.run(0);
  assertEquals([only.carried, lost], [[2], [1]]);
});

Deno.test("Line: an overflow is thrown away as a whole, and leaves a hole in the numbers", async () => {
  let works = false;
  const only = carrier("a", () => works);
  const { line: sent, clock, lost } = line([only]);
  const large = JSON.stringify("x".repeat(30_000));
  sent.send("1");
  await clock.run(0);
  for (let n = 0; n < 200; n++) sent.send(large);
  works = true;
  await clock.run(1_000);
  assertEquals(lost, [139]);
  assertEquals(only.carried.slice(0, 3), [1, 3, 4]);
});

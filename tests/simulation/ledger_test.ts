import { assertEquals } from "@std/assert";
import { Ledger, type Marked } from "./ledger.ts";
import { lifeOf, PlainEar, PlainLedger } from "./plain_ledger.ts";

const life = (memberId: string, roomId = "room") => ({ memberId, roomId });

/** What a ledger says of signals from Ann to Ben that arrive as told. */
function told(
  sent: number,
  arrive: (
    marks: Marked[],
    take: (mark: Marked) => void,
    gap: () => void,
  ) => void,
): string[] {
  const found: string[] = [];
  const ledger = new Ledger((what) => found.push(what));
  const ann = ledger.begin(life("ann"), "ben");
  const ben = ledger.begin(life("ben"), "ann");
  const marks = Array.from({ length: sent }, () => ledger.mark(ann.sent));
  arrive(
    marks,
    (mark) => ledger.take(ben.arrived, mark),
    () => ledger.gap(ben.arrived),
  );
  ledger.settle(ann.sent, ben.arrived);
  return found;
}

Deno.test("ledger: everything once and in order is fine", () => {
  assertEquals(told(3, (marks, take) => marks.forEach(take)), []);
});

Deno.test("ledger: what is lost, doubled or out of order is found", () => {
  assertEquals(told(3, ([one, , three], take) => [one, three].forEach(take)), [
    "lost",
  ]);
  assertEquals(told(3, ([one, two], take) => [one, two].forEach(take)), [
    "lost",
  ]);
  assertEquals(told(2, ([one, two], take) => [one, one, two].forEach(take)), [
    "doubled",
  ]);
  assertEquals(told(2, ([one, two], take) => [two, one].forEach(take)), [
    "lost",
    "doubled",
  ]);
});

Deno.test("ledger: a gap excuses what no longer had to be kept, and nothing else", () => {
  const jump = (
    marks: Marked[],
    take: (mark: Marked) => void,
    gap: () => void,
  ) => {
    gap();
    take(marks.at(-1)!);
  };
  assertEquals(told(600, jump), []);
  assertEquals(told(500, jump), ["lost"]);
});

Deno.test("ledger: what comes to another member or life is found", () => {
  const found: string[] = [];
  const ledger = new Ledger((what) => found.push(what));
  const ann = ledger.begin(life("ann"), "ben");
  const ben = ledger.begin(life("ben"), "ann");
  const eve = ledger.begin(life("eve"), "ann");
  const elsewhere = ledger.begin(life("ben", "other room"), "ann");
  const reloaded = ledger.begin(life("ben"), "ann");
  ledger.take(eve.arrived, ledger.mark(ann.sent));
  ledger.take(elsewhere.arrived, ledger.mark(ann.sent));
  assertEquals(found.splice(0), ["misdelivered", "misdelivered"]);
  const again = ledger.begin(life("ann"), "ben");
  ledger.take(ben.arrived, ledger.mark(again.sent));
  ledger.take(reloaded.arrived, ledger.mark(again.sent));
  assertEquals(found, ["misdelivered"]);
});

Deno.test("plain ledger: a loss must be followed by a gap", () => {
  const found: string[] = [];
  const ledger = new PlainLedger((what) => found.push(what));
  const stream = ledger.begin(life("ann"));
  const ear = new PlainEar(life("ben"), 1);
  const me = lifeOf("ben", 1);
  const [one, two, three, four] = [1, 2, 3, 4].map(() =>
    ledger.mark(stream, [me])
  );
  ledger.take(ear, "ann", one);
  ledger.take(ear, "ann", three);
  ledger.settleAll(ear);
  ledger.take(ear, "ann", two);
  ledger.settle(stream, ear);
  assertEquals(found.splice(0), ["unannounced", "doubled", "lost"]);
  ledger.gap(ear, undefined);
  ledger.settleAll(ear);
  ledger.settle(stream, ear);
  ledger.take(ear, "ann", four);
  assertEquals(found, []);
});

/** Whether all is as it must be some time after the last fault: who is there, what they know of each other, and what the database holds. */
import { KEYS } from "@/lib/server/keys.ts";
import type { MemberRecord } from "@/lib/server/member_record.ts";
import type { RoomRecord } from "@/lib/server/rooms.ts";
import { NumberingPage } from "./numbering_page.ts";
import type { Page } from "./page.ts";
import type { Person } from "./person.ts";
import { PlainPage } from "./plain_page.ts";
import type { World } from "./world.ts";

/** Everything is quiet: whoever can be there is, everyone knows of all others, and every signal has arrived. */
export function audit(world: World): void {
  for (const room of world.rooms) {
    const people = world.peopleOf(room).filter(({ isIn, isOnline }) =>
      isIn && isOnline
    );
    const present = people.filter((person) => person.servedBy);
    for (const person of people) {
      if (!present.includes(person)) {
        world.violate("not back", `${person.name} ${person.memberId}`);
      }
    }
    auditRecords(world, room, present);
    for (const { page } of present) {
      auditView(world, page!, present);
      if (page instanceof PlainPage && page.ear) {
        world.plain.settleAll(page.ear);
      }
      for (const { page: other } of present) {
        if (other !== page) auditPair(world, page!, other!);
      }
    }
  }
}

/** Everyone has gone: nothing of them is left, in the database or elsewhere. */
export function auditEnd(world: World): void {
  for (const { key } of world.database.all()) {
    if (key[0] === "member" || key[0] === "seat") {
      world.violate("leak", key.join(" "));
    }
  }
  for (const { name, state, clock, wires } of world.machines) {
    if (state !== "dead" && clock.waiting > 0) {
      world.violate("leak", `${name} has ${clock.waiting} timers`);
    }
    if (wires.size > 0) {
      world.violate("leak", `${name} has ${wires.size} connections`);
    }
  }
  for (const { name, clock } of world.people) {
    if (clock.waiting > 0) {
      world.violate("leak", `${name} has ${clock.waiting} timers`);
    }
  }
}

/** The database holds a seat for each who is there, and none besides. */
function auditRecords(
  world: World,
  room: RoomRecord,
  present: readonly Person[],
): void {
  const owed = new Map(present.map((person) => [person.memberId!, person]));
  for (const { key, value } of world.database.all()) {
    if (key[0] !== "member" || key[1] !== room.roomId) continue;
    const { memberId, state, incarnation, instanceId } = value as MemberRecord;
    const person = owed.get(memberId);
    if (!person) {
      world.violate("seat leaked", `${memberId} ${state}`);
      continue;
    }
    owed.delete(memberId);
    const machines = [...person.wires].filter(([wire]) => wire.isWhole).map((
      [, { instance }],
    ) => instance.id);
    const isRight = state === "here" &&
      incarnation === person.page!.incarnation && machines.includes(instanceId);
    if (!isRight) {
      world.violate(
        "record",
        `${memberId} ${state} ${incarnation}, at ${instanceId}, is ${
          person.page!.incarnation
        } at ${machines}`,
      );
    }
    if (!world.database.get(KEYS.seatOf(instanceId, room.roomId, memberId))) {
      world.violate(
        "record",
        `${memberId} is not among the seats of its instance`,
      );
    }
  }
  for (const memberId of owed.keys()) {
    world.violate("living member removed", `${memberId} has no record`);
  }
}

function auditView(
  world: World,
  page: Page & { memberId?: string },
  present: readonly Person[],
): void {
  const seen = [...page.others].map(([id, { state, incarnation }]) =>
    `${id} ${incarnation} ${state}`
  );
  const there = present.filter((person) => person.page !== page).map((person) =>
    `${person.memberId} ${person.page!.incarnation} here`
  );
  const sees = seen.sort().join(", ");
  const should = there.sort().join(", ");
  if (sees !== should) {
    world.violate("view", `${page.memberId} sees ${sees}; there is ${should}`);
  }
}

function auditPair(world: World, from: Page, to: Page): void {
  if (from instanceof NumberingPage && to instanceof NumberingPage) {
    const sent = from.pairWith(to.memberId)?.sent;
    const arrived = to.pairWith(from.memberId)?.arrived;
    if (sent && arrived) world.ledger.settle(sent, arrived);
  }
  if (
    from instanceof PlainPage && to instanceof PlainPage && from.stream &&
    to.ear
  ) {
    world.plain.settle(from.stream, to.ear);
  }
}

import { assertEquals } from "@std/assert";
import type { CallView, Participant } from "@/lib/client/call/call_view.ts";
import { Emitter } from "@/lib/client/emitter.ts";
import { calmly } from "@/lib/ui/calm.ts";
import { VirtualClock } from "../fakes/clock.ts";

type Connection = Participant["connection"];

/** A call of people with connections as given, and what the page is told of it. */
class Rig {
  readonly clock = new VirtualClock();
  readonly told: string[] = [];
  readonly #views = new Emitter<CallView>();
  readonly stop: () => void;
  view = viewOf({});

  constructor() {
    this.stop = calmly(this, this.clock)
      .subscribe((view) => this.told.push(text(view)));
  }

  subscribe(listener: (view: CallView) => void) {
    return this.#views.subscribe(listener);
  }

  become(people: Record<string, Connection>, presence?: "away") {
    this.view = viewOf(people, presence);
    this.#views.emit(this.view);
  }
}

function viewOf(
  people: Record<string, Connection>,
  presence: Participant["presence"] = "here",
): CallView {
  const participants = Object.entries(people)
    .map(([memberId, connection]) => ({ memberId, connection, presence }));
  return { participants } as unknown as CallView;
}

function text({ participants }: CallView): string {
  return participants.map(({ memberId, connection }) =>
    `${memberId} ${connection}`
  ).join(", ");
}

Deno.test("calmly: the page is drawn once somebody is connected", () => {
  const rig = new Rig();
  rig.become({ ann: "connecting" });
  rig.become({ ann: "connecting" });
  assertEquals(rig.told, []);
  rig.become({ ann: "connected" });
  assertEquals(rig.told, ["ann connected"]);
  assertEquals(rig.clock.waiting, 0);
});

Deno.test("calmly: it waits 150 ms at most, with the latest view", async () => {
  const rig = new Rig();
  rig.become({ ann: "connecting" });
  await rig.clock.advance(149);
  assertEquals(rig.told, []);
  rig.become({ ann: "connecting", bob: "connected" });
  await rig.clock.advance(1);
  assertEquals(rig.told, ["ann connecting, bob connected"]);
  rig.become({ ann: "connecting" });
  assertEquals(rig.told.at(-1), "ann connecting");
});

Deno.test("calmly: nobody is waited for twice, nor while away", () => {
  const rig = new Rig();
  rig.become({ ann: "connecting" }, "away");
  assertEquals(rig.told, ["ann connecting"]);
  rig.become({ ann: "connecting" });
  rig.become({ ann: "connected" });
  rig.become({ ann: "reconnecting" });
  rig.become({ ann: "connecting" });
  assertEquals(rig.told.slice(1), [
    "ann connected",
    "ann reconnecting",
    "ann connecting",
  ]);
});

Deno.test("calmly: ended, it tells nothing more", async () => {
  const rig = new Rig();
  rig.become({ ann: "connecting" });
  rig.stop();
  await rig.clock.advance(1_000);
  assertEquals(rig.told, []);
  assertEquals(rig.clock.waiting, 0);
});

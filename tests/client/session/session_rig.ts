import { Session } from "@/lib/client/session/session.ts";
import type { SessionEvent } from "@/lib/client/session/session_event.ts";
import type { PeerInfo } from "@/lib/protocol/messages.ts";
import { VirtualClock } from "../../fakes/clock.ts";
import { seededRandom } from "../../fakes/random.ts";
import { FakeServer } from "../../fakes/signaling_server.ts";

/** Members of one room, over one server. */
export function sessionRig(seed = 1) {
  const clock = new VirtualClock();
  const random = seededRandom(seed);
  const server = new FakeServer(clock, random);
  const member = (memberId: string, peers?: PeerInfo[]) => {
    const session = new Session({
      token: memberId,
      memberId,
      peers,
      openTransport: server.openTransport,
      clock,
      random,
    });
    const events: SessionEvent[] = [];
    session.subscribe((event) => events.push(event));
    return { session, events, ...reading(events) };
  };
  return { clock, random, server, member };
}

/** Two of them who have met. */
export function twoMembers() {
  const rig = sessionRig();
  const [a, b] = [rig.member("a"), rig.member("b")];
  a.session.start();
  b.session.start();
  rig.clock.runNow(20);
  return { ...rig, a, b };
}

function reading(events: SessionEvent[]) {
  return {
    signals: () =>
      events.flatMap((event) => event.type === "signal" ? [event.data] : []),
    pairs: () =>
      events.flatMap((event) =>
        event.type === "pair"
          ? [[event.peer.memberId, event.peer.incarnation, event.offer]]
          : []
      ),
  };
}

/** Makes a `PairChannel` of any `SignalingChannel`: the ends greet each other, and so agree on who offers. */
import * as v from "valibot";
import type {
  PairChannel,
  PairEvent,
  SignalingChannel,
} from "./signaling_channel.ts";

/** A number that an end draws for as long as it listens. */
const End = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** What goes over the channel. Everything says which end it is from; signals and farewells also which end they are for. */
const Greeting = v.union([
  v.object({ hello: End }),
  v.object({ bye: End, to: End }),
  v.object({ from: End, to: End, signal: v.unknown() }),
]);
type Greeting = v.InferOutput<typeof Greeting>;

/**
 * Whoever comes says hello, and whoever hears of a new end answers with a hello of its own: so it does not matter who was there first,
 * nor that the first hello reached nobody. The end with the higher number makes the first offer, the other one is polite.
 *
 * @param random gives a number from 0 up to 1.
 */
export function greet(
  channel: SignalingChannel,
  random: () => number,
): PairChannel {
  let me = 0;
  let other: number | null = null;
  const say = (greeting: Greeting) => channel.send(greeting);

  const heard = (data: unknown, tell: (event: PairEvent) => void) => {
    const result = v.safeParse(Greeting, data);
    if (!result.success) return;
    const greeting = result.output;
    if ("hello" in greeting) {
      const { hello } = greeting;
      // Our own, on a channel that gives back what it was given; or one that is known.
      if (hello === me || hello === other) return;
      other = hello;
      say({ hello: me });
      tell({ type: "pair", offer: me > hello, polite: me < hello });
      tell({ type: "reachable", isReachable: true });
    } else if (greeting.to !== me) {
      return;
    } else if ("bye" in greeting) {
      if (greeting.bye !== other) return;
      other = null;
      tell({ type: "left" });
    } else if (greeting.from === other) {
      tell({ type: "signal", data: greeting.signal });
    }
  };

  return {
    send(signal) {
      if (other !== null) say({ from: me, to: other, signal });
    },
    watch(listener) {
      me = Math.floor(random() * Number.MAX_SAFE_INTEGER);
      other = null;
      const unsubscribe = channel.subscribe((data) => heard(data, listener));
      say({ hello: me });
      return () => {
        unsubscribe();
        if (other !== null) say({ bye: me, to: other });
        other = null;
      };
    },
  };
}

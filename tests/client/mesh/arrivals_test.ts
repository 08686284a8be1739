import { assertEquals } from "@std/assert";
import { Arrivals } from "@/lib/client/mesh/arrivals.ts";
import { FrameChannel } from "@/lib/client/mesh/frame_channel.ts";
import { PlayedChannel } from "../../fakes/played_channel.ts";

/** Over an open channel, to another who understands. */
function rig({ answers = true } = {}) {
  const frames = new FrameChannel();
  const on = { deaf: 0 };
  const arrivals = new Arrivals({
    channel: frames,
    onDeaf: () => on.deaf++,
  });
  const channel = new PlayedChannel();
  frames.attach(channel as unknown as RTCDataChannel);
  channel.open();
  const come = (type: string) =>
    channel.onmessage?.({ data: JSON.stringify({ type }) });
  if (answers) come("pong");
  const sent = () =>
    channel.sent.splice(0).map((text) => JSON.parse(text).type);
  return { arrivals, channel, come, sent, on };
}

Deno.test("Arrivals asks whether the other understands, and answers", () => {
  const { come, sent } = rig();
  assertEquals(sent(), ["ping"]);
  come("ping");
  assertEquals(sent(), ["pong"]);
});

Deno.test("Arrivals asks who is silent at four looks, and calls the path deaf at the next, once", () => {
  const { arrivals, sent, on } = rig();
  sent();
  arrivals.looked(true);
  assertEquals([sent(), arrivals.isInDoubt], [[], false]);
  for (let look = 0; look < 4; look++) arrivals.looked(false);
  assertEquals(sent(), ["ping", "ping", "ping", "ping"]);
  assertEquals([on.deaf, arrivals.isInDoubt], [0, true]);
  arrivals.looked(false);
  assertEquals([sent(), on.deaf, arrivals.isInDoubt], [[], 1, false]);
});

Deno.test("Arrivals: whatever comes is enough", () => {
  const { arrivals, come, on } = rig();
  const signs = [
    () => come("pong"),
    () => come("ping"),
    () => arrivals.looked(true),
  ];
  for (const sign of signs) {
    for (let look = 0; look < 4; look++) arrivals.looked(false);
    sign();
    assertEquals(arrivals.isInDoubt, false);
  }
  assertEquals(on.deaf, 0);
});

Deno.test("Arrivals expects nothing of an older page, of a closed channel, and without a path", () => {
  const older = rig({ answers: false });
  const closed = rig();
  const lost = rig();
  for (const { arrivals } of [older, closed, lost]) {
    for (let look = 0; look < 4; look++) arrivals.looked(false);
  }
  closed.channel.break();
  lost.arrivals.setConnected(false);
  for (const { arrivals, on } of [older, closed, lost]) {
    assertEquals(arrivals.isInDoubt, false);
    arrivals.looked(false);
    assertEquals(on.deaf, 0);
  }
});

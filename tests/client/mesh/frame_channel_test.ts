import { assertEquals } from "@std/assert";
import * as v from "valibot";
import { FrameChannel } from "@/lib/client/mesh/frame_channel.ts";
import { PlayedChannel } from "../../fakes/played_channel.ts";

function rig() {
  const frames = new FrameChannel();
  const log: string[] = [];
  const use = (type: string) =>
    frames.use({
      schema: v.object({ type: v.literal(type), n: v.number() }),
      received: ({ n }) => log.push(`${type} ${n}`),
      opened: () => log.push(`${type} opened`),
      closed: () => log.push(`${type} closed`),
    });
  const attach = () => {
    const channel = new PlayedChannel();
    frames.attach(channel as unknown as RTCDataChannel);
    return channel;
  };
  return { frames, log, use, attach };
}

Deno.test("FrameChannel gives each frame to the use that takes it, and nonsense to none", () => {
  const { log, use, attach } = rig();
  use("a");
  use("b");
  const channel = attach();
  channel.open();
  log.length = 0;
  const frames = [
    '{"type":"b","n":1}',
    '{"type":"a","n":2}',
    '{"type":"c","n":3}',
    '{"type":"a","n":"4"}',
    '{"type":"a"',
    "null",
    new ArrayBuffer(1),
  ];
  for (const data of frames) channel.onmessage?.({ data });
  assertEquals(log, ["b 1", "a 2"]);
});

Deno.test("FrameChannel tells its uses when it opens and closes, through one channel after another", () => {
  const { frames, log, use, attach } = rig();
  use("a");
  const first = attach();
  assertEquals(frames.isOpen, false);
  first.open();
  assertEquals(frames.isOpen, true);
  const stop = use("b");
  const second = attach();
  assertEquals(frames.isOpen, false);
  first.onmessage?.({ data: '{"type":"a","n":1}' });
  second.open();
  stop();
  second.break();
  frames.close();
  const expected = ["a opened", "b opened", "a closed", "b closed"];
  assertEquals(log, [...expected, "a opened", "b opened", "a closed"]);
});

Deno.test("FrameChannel sends while it is open, and loses what cannot be sent", () => {
  const { frames, attach } = rig();
  frames.send({ type: "before there is one" });
  const channel = attach();
  frames.send({ type: "before it is open" });
  channel.open();
  frames.send({ type: "sent" });
  channel.isFull = true;
  frames.send({ type: "more than it holds" });
  assertEquals(channel.sent, ['{"type":"sent"}']);
});

import { assertEquals } from "@std/assert";
import { SenderCap } from "@/lib/client/mesh/sender_cap.ts";
import { FakeSender } from "../../fakes/rtp_sender.ts";

function rig() {
  const sender = new FakeSender("video");
  const cap = new SenderCap(sender as unknown as RTCRtpSender);
  return { sender, cap };
}

/** Lets everything that is under way end. */
const settle = () => new Promise((resolve) => setTimeout(resolve));

Deno.test("SenderCap sets what is wanted, and what was set stays where nothing is wanted", async () => {
  const { sender, cap } = rig();
  cap.set({
    maxBitrate: 100_000,
    degradationPreference: "maintain-resolution",
  });
  await settle();
  cap.set({ active: false });
  await settle();
  assertEquals(sender.encoding, { active: false, maxBitrate: 100_000 });
  assertEquals(sender.degradationPreference, "maintain-resolution");
  assertEquals(sender.changes, 2);
});

Deno.test("SenderCap changes nothing where nothing is new", async () => {
  const { sender, cap } = rig();
  for (let i = 0; i < 5; i++) {
    cap.set({ maxBitrate: 100_000 });
    await settle();
  }
  assertEquals(sender.changes, 1);
});

Deno.test("SenderCap makes one change at a time, and the last word holds", async () => {
  const { sender, cap } = rig();
  for (const maxBitrate of [1, 2, 3, 4]) cap.set({ maxBitrate });
  await settle();
  assertEquals(sender.encoding.maxBitrate, 4);
  assertEquals(sender.changes, 2);
});

Deno.test("SenderCap: what failed is tried again at the next call, and not before", async () => {
  const { sender, cap } = rig();
  sender.failures = 1;
  cap.set({ maxBitrate: 1 });
  await settle();
  assertEquals(sender.changes, 0);
  cap.set({ maxBitrate: 1 });
  await settle();
  assertEquals([sender.encoding.maxBitrate, sender.changes], [1, 1]);
});

Deno.test("SenderCap waits for the first negotiation where a browser has no encoding before", async () => {
  const { sender, cap } = rig();
  sender.hasEncodings = false;
  cap.set({ maxBitrate: 1 });
  await settle();
  sender.hasEncodings = true;
  cap.set({ maxBitrate: 1 });
  await settle();
  assertEquals(sender.encoding.maxBitrate, 1);
});

/** A listener cannot send, whatever its page does: the others' pages drop it. */
import { assertEquals } from "@std/assert";
import { joinRoom } from "@/lib/client/api.ts";
import { callKey, type KeptCall } from "@/lib/ui/storage.ts";
import {
  GroupBrowser,
  hearsJust,
  seesJust,
  type Someone,
  someone,
} from "./group.ts";
import type { PeerHook } from "./page_hooks.ts";
import { Product } from "./server.ts";
import { type Tab, until } from "./tab.ts";
import { makeRoom } from "./visitors.ts";

/**
 * Makes the tab's later pages send whatever they are told: they believe that
 * who is a listener is a speaker, and that the others' answers let them send
 * where they do not.
 */
function sendAnyway(tab: Tab): Promise<void> {
  return tab.beforeLoad(() => {
    const parse = JSON.parse;
    JSON.parse = (text) =>
      parse(
        text,
        (key, value) =>
          key === "role" && value === "listener" ? "speaker" : value,
      );
    const peer = RTCPeerConnection.prototype;
    const set = peer.setRemoteDescription;
    peer.setRemoteDescription = function ({ type, sdp = "" }) {
      const said = type === "offer"
        ? sdp
        : sdp.replaceAll("a=sendonly", "a=sendrecv")
          .replaceAll("a=inactive", "a=recvonly");
      return Reflect.apply(set, this, [{ type, sdp: said }]);
    };
  }, undefined);
}

/** Lets the tab's later pages come back into a call that they have never been in. */
function keepCall(tab: Tab, roomId: string, call: KeptCall): Promise<void> {
  return tab.beforeLoad(
    ({ key, text }) => sessionStorage.setItem(key, text),
    { key: callKey(roomId), text: JSON.stringify(call) },
  );
}

/** What a page has sent of each kind over each connection, in bytes. Needs `hookPeers`. */
function bytesSent(tab: Tab): Promise<number[]> {
  return tab.evaluate(async () => {
    const { all } = (globalThis as unknown as { ringdownPeers: PeerHook })
      .ringdownPeers;
    const bytes: number[] = [];
    for (const pc of all) {
      for (const report of (await pc.getStats()).values()) {
        if (report.type === "outbound-rtp") bytes.push(report.bytesSent);
      }
    }
    return bytes.filter((count) => count > 0);
  });
}

Deno.test("a listener whose page sends all the same is neither heard nor seen", async () => {
  await using product = await Product.start();
  await using browser = new GroupBrowser();
  const room = await makeRoom(product.origin);
  const [ann, cleo, ben] = [someone(0), someone(1), someone(2)];
  const enter = async (who: Someone) => {
    const tab = await browser.newTab(who);
    await tab.goto(`${room.page}?enter=video&name=${who.name}`);
    await tab.see({ role: "button", name: "Leave" });
    return tab;
  };
  const [a, c] = [await enter(ann), await enter(cleo)];

  const { name } = ben;
  const { token, role } = await joinRoom(
    room.roomId,
    { name, role: "listener" },
    { baseUrl: product.origin },
  );
  assertEquals(role, "listener");
  const b = await browser.newTab(ben);
  await sendAnyway(b);
  const kept = { token, name, microphone: true, camera: true };
  await keepCall(b, room.roomId, kept);
  await b.goto(room.page);
  await b.see({ role: "button", name: "Mute microphone" });
  await b.see({ role: "button", name: "Stop video" });

  // It is not for want of trying: sound and picture go out to both.
  await until(async () => {
    const sent = await bytesSent(b);
    return sent.length === 4 && sent.every((count) => count > 2_000);
  }, { what: "sound and picture sent to two" });
  await Promise.all([
    hearsJust(a, [cleo]),
    hearsJust(c, [ann]),
    hearsJust(b, [ann, cleo]),
  ]);
  await Promise.all([
    seesJust(a, [cleo]),
    seesJust(c, [ann]),
    seesJust(b, [ann, cleo]),
  ]);
});

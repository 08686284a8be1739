import { assert, assertEquals } from "@std/assert";
import {
  bannersOf,
  CallBanners,
  MutedTalkHint,
} from "@/components/CallBanners.tsx";
import { HelpDialog } from "@/components/HelpDialog.tsx";
import { PersonMenu } from "@/components/PersonMenu.tsx";
import { newCallPage } from "@/lib/ui/call_page.ts";
import { fakeLiveCall, type FakeLiveCallOptions } from "../fakes/live_call.ts";
import { fakeParticipant } from "../fakes/participant.ts";
import { html, text } from "./render.ts";

function banners(options: FakeLiveCallOptions): string {
  const live = fakeLiveCall(options);
  return text(<CallBanners live={live} page={newCallPage()} />);
}

Deno.test("CallBanners is silent while all is well", () => {
  assertEquals(banners({}), "");
});

Deno.test("CallBanners says what is amiss, and offers what helps", () => {
  const cases: [FakeLiveCallOptions, string][] = [
    [
      { view: { state: { phase: "live", signaling: "reconnecting" } } },
      "Your call goes on.",
    ],
    [{ playback: { blocked: true } }, "Turn on sound"],
    [{ playback: { deafened: true } }, "Hear everyone"],
    [
      { playback: { speakerMissing: true } },
      "The speaker that you chose is not connected.",
    ],
    [
      { playback: { speakerRefusal: "device-busy" } },
      "Another program is using the speaker.",
    ],
    [{ activity: { silentMicrophone: true } }, "Choose another microphone"],
    [
      { local: { microphone: { status: "failed", failure: "no-device" } } },
      "The others can't hear you.",
    ],
    [
      { local: { microphoneNotice: { kind: "unplugged", label: "Headset" } } },
      "Headset is not connected.",
    ],
    [
      { local: { camera: { status: "failed", failure: "device-busy" } } },
      "Another program is using the camera.",
    ],
  ];
  for (const [options, words] of cases) {
    const said = banners(options);
    assert(said.includes(words), said);
  }
});

Deno.test("CallBanners lets what failed be dismissed: it is off then", () => {
  const failed = { status: "failed", failure: "no-device" } as const;
  const asked: unknown[][] = [];
  const live = fakeLiveCall({
    asked,
    local: { microphone: failed, camera: failed, screen: failed },
  });
  const shown = html(<CallBanners live={live} page={newCallPage()} />);
  assertEquals(shown.split("Dismiss this message").length - 1, 3);
  for (const { onClose } of bannersOf(live, true, () => {})) onClose?.();
  assertEquals(asked, [
    ["setScreen", false],
    ["setMicrophone", false],
    ["setCamera", false],
  ]);
});

Deno.test("CallBanners says that one shares, and how to stop", () => {
  const screen = { status: "on", audio: null } as never;
  const said = banners({ local: { screen } });
  assert(said.includes("You are sharing your screen. Stop sharing"), said);
});

Deno.test("MutedTalkHint speaks up when somebody talks and nobody hears it", () => {
  const hint = (talkingWhileMuted: boolean) =>
    text(
      <MutedTalkHint
        live={fakeLiveCall({ activity: { talkingWhileMuted } })}
      />,
    );
  assertEquals(hint(false), "");
  assertEquals(hint(true), "You are muted. Unmute");
});

Deno.test("HelpDialog lists the keys of what there is, and no others", () => {
  const nothing = () => {};
  const listed = text(
    <HelpDialog actions={{ camera: nothing, chat: null }} onClose={nothing} />,
  );
  assert(listed.includes("v Start or stop the camera"), listed);
  assert(listed.includes("c Open or close the chat"), listed);
  assert(!listed.includes("microphone"), listed);
  assert(!listed.includes("Space"), listed);
});

Deno.test("PersonMenu sets how loud somebody is, and says how they are reached", () => {
  const quality = {
    score: 70,
    path: "relayed",
    roundTripMs: 120,
    jitterMs: 8,
    lossPercent: 1.5,
    concealedPercent: null,
    sendKbps: 300,
    receiveKbps: 900,
  } as const;
  const person = fakeParticipant("ann", { name: "Ann Lee", quality });
  const people = new Map([["ann", { volume: 140, muted: true }]]);
  const live = fakeLiveCall({ playback: { people } });
  const shown = text(<PersonMenu live={live} person={person} />);
  for (
    const words of [
      "Volume of Ann Lee 140 %",
      "Hear again",
      "Connection: fair",
      "Relayed by a server",
      "Round trip 120 ms",
      "Packets lost 1.5 %",
    ]
  ) assert(shown.includes(words), `${words}: ${shown}`);
  assert(!shown.includes("Sound made up"), "what is not known is not said");
  assert(
    html(<PersonMenu live={live} person={person} />).includes('max="200"'),
  );
});

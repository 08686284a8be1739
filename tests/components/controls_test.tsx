import { assert, assertEquals } from "@std/assert";
import { JoinForm } from "@/components/JoinForm.tsx";
import { Notice } from "@/components/Notice.tsx";
import { messageFor } from "@/lib/ui/messages.ts";
import type { PageRoom } from "@/lib/ui/page_room.ts";
import { html, text } from "./render.ts";

const nothing = () => {};

function joinForm(room: Partial<PageRoom>, asksPin = false, ready = true) {
  return (
    <JoinForm
      room={{
        roomId: "id",
        address: "id",
        name: "",
        locked: false,
        pinRequired: asksPin,
        audio: true,
        video: true,
        ...room,
      }}
      name="Ann"
      pin=""
      asksPin={asksPin}
      refusal={null}
      ready={ready}
      busy={false}
      onName={nothing}
      onPin={nothing}
      onJoin={nothing}
    />
  );
}

Deno.test("JoinForm offers the ways in that the room has", () => {
  const both = text(joinForm({}));
  assert(both.includes("Join with camera and microphone"), both);
  assert(both.includes("With sound only"), both);
  assert(both.includes("With neither"), both);
  const voice = text(joinForm({ video: false }));
  assert(voice.includes("Join with microphone"), voice);
  assert(!voice.includes("With sound only"), voice);
  const chat = text(joinForm({ video: false, audio: false }));
  assert(chat.endsWith("Join"), chat);
});

Deno.test("JoinForm asks for a PIN only where there is one", () => {
  assert(html(joinForm({}, true)).includes(`id="pin"`));
  assert(!html(joinForm({}, false)).includes(`id="pin"`));
});

Deno.test("JoinForm waits until the page has come to life", () => {
  const buttons = (ready: boolean) =>
    html(joinForm({}, false, ready)).match(/<button[^>]* disabled/g)?.length;
  assertEquals(buttons(false), 3);
  assertEquals(buttons(true), undefined);
});

Deno.test("Notice offers the ways on that it is given, as links where they are", () => {
  const message = messageFor("room-full");
  const onServer = html(
    <Notice message={message} ways={{ links: { retry: "/r/x", home: "/" } }} />,
  );
  assert(onServer.includes(`href="/r/x"`), onServer);
  assert(!onServer.includes("<button"), onServer);
  const inCall = html(
    <Notice message={message} ways={{ links: {}, onJoin: nothing }} />,
  );
  assert(inCall.includes("<button"), inCall);
  assert(inCall.includes("Try again"), inCall);
});

Deno.test("nothing needs what the Content-Security-Policy forbids", () => {
  const notice = messageFor("left");
  const pages = [
    html(joinForm({}, true)),
    html(<Notice message={notice} ways={{ links: { home: "/" } }} />),
  ];
  for (const page of pages) {
    assert(!/\s(style|on[a-z]+)=|<script|<style/i.test(page), page);
  }
});

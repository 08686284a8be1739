import { assert, assertEquals } from "@std/assert";
import type { ChatMessage } from "@/lib/client/call_view.ts";
import { ChatPanel } from "@/components/ChatPanel.tsx";
import { RichText } from "@/components/RichText.tsx";
import { html, text } from "./render.ts";

const nothing = () => {};

function message(part: Partial<ChatMessage>): ChatMessage {
  return {
    id: "1",
    memberId: "ann",
    name: "Ann",
    text: "hi",
    sentAt: 1_700_000_000_000,
    isLocal: false,
    delivery: "delivered",
    ...part,
  };
}

function panel(messages: ChatMessage[]) {
  return <ChatPanel messages={messages} onSend={nothing} onClose={nothing} />;
}

Deno.test("RichText shows HTML as what was typed", () => {
  const typed = `<img src=x onerror="alert(1)"> & <b>bold</b>`;
  const shown = html(<RichText text={typed} />);
  assert(!/<(img|b)\b/.test(shown), shown);
  assertEquals(text(<RichText text={typed} />), typed);
});

Deno.test("RichText opens links elsewhere, without a way back into the call", () => {
  const shown = html(<RichText text="see https://a.example/?a=1&b=2" />);
  assert(shown.includes(`href="https://a.example/?a=1&amp;b=2"`), shown);
  assert(/rel="noopener[ "]/.test(shown), shown);
  assert(shown.includes(`target="_blank"`), shown);
});

Deno.test("ChatPanel shows names as text, and says what was delivered", () => {
  const own = { isLocal: true, memberId: "me", name: "Me" };
  const messages = [
    message({ id: "1", name: "<i>Ann</i>" }),
    message({ id: "2", ...own, delivery: "sent" }),
    message({ id: "3", ...own, delivery: "delivered" }),
  ];
  const shown = html(panel(messages));
  assert(!shown.includes("<i>"), shown);
  assertEquals(shown.match(/>Sent</g)?.length, 1);
  assertEquals(shown.match(/>Delivered</g)?.length, 1);
});

Deno.test("ChatPanel names a person once for messages in one breath", () => {
  const heads = (gap: number) =>
    html(panel([
      message({ id: "1", sentAt: 0 }),
      message({ id: "2", sentAt: gap }),
    ])).split("line-head").length - 1;
  assertEquals(heads(5_000), 1);
  assertEquals(heads(500_000), 2);
});

import { assert, assertEquals } from "@std/assert";
import type { ChatMessage } from "@/lib/client/call/call_view.ts";
import { ChatPanel } from "@/components/ChatPanel.tsx";
import { type ChatDraft, newChatDraft } from "@/lib/ui/chat_draft.ts";
import type { Participant } from "@/lib/client/call/call_view.ts";
import { RichText } from "@/components/RichText.tsx";
import { html, text } from "./render.ts";

const nothing = () => {};

function message(part: Partial<ChatMessage>): ChatMessage {
  return {
    id: "1",
    memberId: "ann",
    to: null,
    name: "Ann",
    text: "hi",
    sentAt: 1_700_000_000_000,
    isLocal: false,
    toName: null,
    history: false,
    isFirsthand: true,
    delivery: null,
    ...part,
  };
}

const BOB = { memberId: "bob", name: "Bob" } as Participant;

function panel(
  messages: ChatMessage[],
  { draft = newChatDraft(), people = [BOB] }: {
    draft?: ChatDraft;
    people?: Participant[];
  } = {},
) {
  return (
    <ChatPanel
      messages={messages}
      startedAt={0}
      people={people}
      draft={draft}
      onSend={nothing}
      onClose={nothing}
    />
  );
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
  assert(shown.includes(`rel="noopener noreferrer nofollow"`), shown);
  assert(shown.includes(`target="_blank"`), shown);
});

Deno.test("RichText never becomes markup or runs anything (payloads)", () => {
  const payloads = [
    `<script>alert(1)</script>`,
    `"><svg onload=alert(1)>`,
    `javascript:alert(1)`,
    `JaVaScRiPt:alert(1)//https://a.example`,
    `data:text/html;base64,PHNjcmlwdD4=`,
    `vbscript:msgbox(1)`,
    `https://a.example/"onmouseover="alert(1)`,
    `https://a.example/'onclick='alert(1)`,
    `https://a.example/<img src=x>`,
    `[x](javascript:alert(1))`,
    `&lt;b&gt;`,
    `blob:https://a.example/x`,
    `view-source:https://a.example`,
    `https://a.example\\@evil.example/`,
    `http:\n//a.example`,
    `\u202ehttps://moc.elpmaxe/`,
  ];
  for (const payload of payloads) {
    const shown = html(<RichText text={payload} />);
    const tags = shown.match(/<[^>]*>/g) ?? [];
    for (const tag of tags) {
      assert(
        /^<\/?(span|a)( class="link-host"| href="https?:\/\/[^"]*"| dir="ltr"| target="_blank"| rel="noopener noreferrer nofollow")* ?>$/
          .test(tag),
        `${payload}: ${tag}`,
      );
    }
    assert(!/\p{Bidi_Control}/u.test(shown));
  }
});

Deno.test("RichText says where a link really leads", () => {
  const shown = html(<RichText text="https://good.example@evil.example/x" />);
  assert(shown.includes(`href="https://evil.example/x"`), shown);
  assert(shown.includes("(to evil.example)"), shown);
});

Deno.test("ChatPanel shows names as text, and says what was delivered", () => {
  const own = { isLocal: true, memberId: "me", name: "Me" };
  const messages = [
    message({ id: "1", name: "<i>Ann</i>" }),
    message({ id: "2", ...own, delivery: { got: 0, of: 4 } }),
    message({ id: "3", ...own, delivery: { got: 2, of: 4 } }),
    message({ id: "4", ...own, delivery: { got: 4, of: 4 } }),
    message({ id: "5", ...own, delivery: { got: 0, of: 0 } }),
  ];
  const shown = html(panel(messages));
  assert(!shown.includes("<i>"), shown);
  assertEquals(shown.match(/>Sent</g)?.length, 2);
  assertEquals(shown.match(/>Delivered to 2 of 4</g)?.length, 1);
  assertEquals(shown.match(/>Delivered</g)?.length, 1);
});

Deno.test("ChatPanel says who alone sees a message, and what is passed on", () => {
  const messages = [
    message({ id: "1", to: "me" }),
    message({ id: "2", to: "bob", toName: "Bob", isLocal: true }),
    message({ id: "3", history: true, isFirsthand: false }),
    message({
      id: "4",
      to: "cy",
      toName: "Cy",
      isLocal: true,
      delivery: { got: 0, of: 0 },
    }),
  ];
  const shown = text(panel(messages));
  assert(/Ann only to you/.test(shown), shown);
  assert(/You to Bob , only/.test(shown), shown);
  assertEquals(shown.split("passed on by others").length - 1, 1);
  assert(/Not delivered: Cy has left/.test(shown), shown);
});

Deno.test("ChatPanel shows days, and stands any time", () => {
  const day = 86_400_000;
  const days = (...times: number[]) =>
    html(panel(times.map((sentAt, i) => message({ id: `${i}`, sentAt }))))
      .split("chat-day").length - 1;
  assertEquals(days(Date.now()), 0);
  assertEquals(days(1_700_000_000_000, 1_700_000_000_000), 1);
  assertEquals(days(0, 3 * day, Date.now()), 3);
  assertEquals(days(8.64e15), 1);
});

Deno.test("ChatPanel writes to one, and holds back what was written for one who has left", () => {
  const draft = newChatDraft();
  assert(html(panel([], { draft })).includes(`aria-label="Message"`));
  draft.to.value = BOB;
  draft.text.value = "only for Bob";
  assert(
    html(panel([], { draft })).includes(`aria-label="Message to Bob, only"`),
  );
  const left = html(panel([], { draft, people: [] }));
  assert(/role="alert"[^]*Bob<\/bdi> has left/.test(left), left);
  assert(/<button type="submit"[^>]*disabled/.test(left), left);
  assert(left.includes("only for Bob"));
  draft.text.value = "";
  const empty = html(panel([], { draft, people: [] }));
  assert(empty.includes("You are writing to everyone"), empty);
  assert(!/<button type="submit"[^>]*disabled/.test(empty), empty);
});

Deno.test("ChatPanel shows how much room is left near the limit, and keeps what is too long", () => {
  const draft = newChatDraft();
  const shown = (length: number) => {
    draft.text.value = "𝄞".repeat(length);
    return text(panel([], { draft }));
  };
  assert(!/characters/.test(shown(3_700)));
  assert(/150 characters left/.test(shown(3_850)));
  assert(/0 characters left/.test(shown(4_000)));
  assert(/5 characters too many/.test(shown(4_005)));
  draft.error.value = "Not sent: because.";
  assert(/Not sent: because\./.test(shown(3)));
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

import { assertEquals } from "@std/assert";
import type {
  CallView,
  ChatMessage,
  Participant,
} from "@/lib/client/call_view.ts";
import { announcements } from "@/lib/ui/announce.ts";

function view(
  names: string[],
  messages: string[] = [],
  phase: "live" | "joining" = "live",
): CallView {
  return {
    state: phase === "live"
      ? { phase, signaling: "connected" }
      : { phase: "joining" },
    room: null,
    me: null,
    participants: names.map((name) =>
      ({ memberId: `id-${name}`, name }) as Participant
    ),
    messages: messages.map((text) =>
      ({
        id: text,
        name: text.split(":")[0],
        isLocal: text.startsWith("me:"),
      }) as ChatMessage
    ),
    token: null,
    startedAt: null,
  };
}

Deno.test("announcements tell who came and who went", () => {
  assertEquals(
    announcements(view(["Ann", "Bo"]), view(["Bo", "Cy"]), false),
    ["Cy joined", "Ann left"],
  );
  assertEquals(announcements(view(["Ann"]), view(["Ann"]), false), []);
});

Deno.test("announcements say nothing of who was there already", () => {
  assertEquals(
    announcements(view([], [], "joining"), view(["Ann"]), false),
    [],
  );
});

Deno.test("announcements tell of messages of others while the chat is closed", () => {
  const before = view(["Ann"], ["Ann:hi"]);
  const after = view(["Ann"], ["Ann:hi", "me:hello", "Ann:how are you"]);
  assertEquals(announcements(before, after, false), ["New message from Ann"]);
  assertEquals(announcements(before, after, true), []);
});

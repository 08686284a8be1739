import { assertEquals } from "@std/assert";
import type {
  CallView,
  ChatMessage,
  Participant,
} from "@/lib/client/call/call_view.ts";
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
        text: text.split(":")[1],
        to: text.endsWith("!") ? "me" : null,
        isLocal: text.startsWith("me:"),
        history: text.includes("earlier"),
        sentAt: 1_000,
      }) as ChatMessage
    ),
    token: null,
    hostToken: null,
    stopped: [],
    startedAt: 2_000,
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

Deno.test("announcements tell of messages of others, and read them out while the chat is open", () => {
  const before = view(["Ann"], ["Ann:hi"]);
  const after = view(["Ann"], [
    "Ann:earlier words",
    "Ann:hi",
    "me:hello",
    "Ann:how are you",
    "Bo:psst!",
    `Cy:${"x".repeat(300)}`,
  ]);
  assertEquals(announcements(before, after, false), [
    "New message from Ann",
    "New message from Bo, only to you",
    "New message from Cy",
  ]);
  assertEquals(announcements(before, after, true), [
    "Ann: how are you",
    "Bo, only to you: psst!",
    `Cy: ${"x".repeat(200)}…`,
  ]);
});

Deno.test("announcements count a crowd and do not name it", () => {
  const crowd = view(["Ann", "Bo", "Cy"]);
  assertEquals(announcements(view([]), crowd, false), ["3 people joined"]);
  assertEquals(announcements(crowd, view([]), false), ["3 people left"]);
});

Deno.test("announcements tell of hands that are raised and screens that are shared", () => {
  const [ann] = view(["Ann"]).participants;
  const like = (part: Partial<Participant>) => ({
    ...view(["Ann"]),
    participants: [{ ...ann, ...part }],
  });
  const calm = like({});
  const raised = like({ handRaised: true });
  assertEquals(announcements(calm, raised, false), ["Ann raised a hand"]);
  assertEquals(announcements(raised, like({ handRaised: true }), false), []);
  assertEquals(announcements(raised, calm, false), []);
  const sharing = like({ screenOn: true });
  assertEquals(
    announcements(calm, sharing, false),
    ["Ann is sharing a screen"],
  );
  assertEquals(announcements(sharing, calm, false), ["Ann stopped sharing"]);
});

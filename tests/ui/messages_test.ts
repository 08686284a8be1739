import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { NetworkError } from "@/lib/client/errors.ts";
import { CLOSE_CODES, ERRORS, ProtocolError } from "@/lib/protocol/errors.ts";
import {
  createRoomMessage,
  endingCode,
  failureCode,
  messageFor,
} from "@/lib/ui/messages.ts";

Deno.test("messageFor has words and a way on for every code", () => {
  const codes = [
    ...Object.keys(ERRORS),
    ...Object.keys(CLOSE_CODES),
    "network",
    "bad-response",
    "offline",
    "unsupported-browser",
    "cancelled",
    "unknown",
  ];
  for (const code of codes) {
    const { title, text, steps } = messageFor(code);
    assert(title.length > 5 && !/[.!]$/.test(title), `${code}: ${title}`);
    assert(/[.]$/.test(text), `${code}: ${text}`);
    assert(steps.length > 0, code);
  }
});

Deno.test("endingCode: who was never in the call has not left it", () => {
  assertEquals(endingCode("left", 1), "left");
  assertEquals(endingCode("left", null), "cancelled");
  assertEquals(endingCode("room-closed", null), "room-closed");
});

Deno.test("messageFor tells the endings apart that people must tell apart", () => {
  const codes = [
    "left",
    "removed",
    "room-closed",
    "taken-over",
    "version-unsupported",
    "room-not-found",
    "room-full",
    "room-locked",
    "pin-required",
    "pin-wrong",
    "seat-ended",
    "token-invalid",
    "rate-limited",
    "unavailable",
    "offline",
    "network",
    "unsupported-browser",
    "internal",
  ];
  const titles = new Set(codes.map((code) => messageFor(code).title));
  assertEquals(titles.size, codes.length);
});

Deno.test("messageFor offers no way back to who was removed or whose room is closed", () => {
  const back = ["rejoin", "retry", "continue-here", "lobby", "reload"] as const;
  for (const code of ["removed", "room-closed", "room-not-found"]) {
    const { steps } = messageFor(code);
    assertEquals(back.filter((step) => steps.includes(step)), [], code);
  }
});

Deno.test("messageFor takes a code that it does not know for a defect", () => {
  for (const code of ["brand-new-code", "constructor", "__proto__"]) {
    assertEquals(messageFor(code), messageFor("internal"));
  }
});

Deno.test("createRoomMessage speaks of the service where only some may make rooms", () => {
  assertNotEquals(
    createRoomMessage("token-missing"),
    messageFor("token-missing"),
  );
  assertEquals(createRoomMessage("rate-limited"), messageFor("rate-limited"));
});

Deno.test("failureCode reads the library's errors and nothing else", () => {
  assertEquals(failureCode(new ProtocolError("room-full")), "room-full");
  assertEquals(failureCode(new NetworkError("bad-response")), "bad-response");
  assertEquals(failureCode(new TypeError("x")), "internal");
  assertEquals(
    failureCode(Object.assign(new Error(), { code: "ENOENT" })),
    "internal",
  );
  assertEquals(failureCode(undefined), "internal");
});

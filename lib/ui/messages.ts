/** What people are told when something ends or fails, by code: what happened, and what to do. Those for devices are in media_messages.ts. */
import type { EndReason } from "@/lib/client/call/call_view.ts";
import type { NetworkErrorCode } from "@/lib/client/errors.ts";
import type { ErrorCode } from "@/lib/protocol/errors.ts";
import { isOnline } from "@/lib/ui/online.ts";

/**
 * What a page can offer as a way on; the first one listed is the main one. `rejoin`, `retry` and `continue-here` all join again, in the
 * words that fit what happened.
 */
export type Step =
  | "rejoin"
  | "retry"
  | "continue-here"
  | "lobby"
  | "reload"
  | "new-call"
  | "home";

/** A failure or an ending in words for people. */
export interface Message {
  title: string;
  text: string;
  steps: readonly Step[];
}

/** Failures that the page finds by itself, before it asks anyone. */
export type PageFailure = "offline" | "unsupported-browser" | "cancelled";

/** Every code that a page may have to put into words. */
export type MessageCode =
  | ErrorCode
  | EndReason
  | NetworkErrorCode
  | PageFailure;

/** Nothing that the person did: a defect of ours, or of a program between. */
const DEFECT: Message = {
  title: "Something went wrong",
  text:
    "This is a fault of ours, not of yours. Load the page again; if it keeps happening, make a new room.",
  steps: ["reload", "home"],
};

const NOT_ALLOWED: Message = {
  title: "You can't do that here",
  text: "The room doesn't allow it. Ask the person who made the room.",
  steps: ["lobby", "home"],
};

const PIN: Message = {
  title: "This room has a PIN",
  text: "Enter the PIN. The person who invited you knows it.",
  steps: ["lobby", "home"],
};

const TOKEN: Message = {
  title: "Your place in this call has expired",
  text: "Join again to get a new one.",
  steps: ["rejoin", "home"],
};

const BUSY: Message = {
  title: "Too much at once",
  text:
    "There were too many requests from here. Wait a minute, then try again.",
  steps: ["retry", "home"],
};

const RECONNECT: Message = {
  title: "The connection to the service was lost",
  text: "Join again; the others may still be talking.",
  steps: ["rejoin", "home"],
};

const MESSAGES: Record<MessageCode, Message> = {
  "left": {
    title: "You left the call",
    text: "The room stays open. You can come back with the same link.",
    steps: ["rejoin", "new-call"],
  },
  "cancelled": {
    title: "You are not in the call",
    text: "You stopped before you were in it. The same link brings you there.",
    steps: ["retry", "home"],
  },
  "removed": {
    title: "A host removed you from this room",
    text:
      "Your place in it is gone for good. If that was a mistake, ask the host whether you may join anew.",
    steps: ["new-call"],
  },
  "room-closed": {
    title: "This room was closed",
    text: "The call is over for everyone. Start a new one to talk again.",
    steps: ["new-call"],
  },
  "taken-over": {
    title: "You're in this call in another tab",
    text:
      "A call runs in one tab at a time. You can close this one, or bring the call here.",
    steps: ["continue-here", "home"],
  },
  "version-unsupported": {
    title: "This page is out of date",
    text: "The service has been updated. Load the page again to go on.",
    steps: ["reload"],
  },
  "room-not-found": {
    title: "There is no such room",
    text:
      "The link may be mistyped, or the room has ended. Check the link, or make a new room.",
    steps: ["home"],
  },
  "room-full": {
    title: "This room is full",
    text: "Every seat is taken. Try again when somebody has left.",
    steps: ["retry", "home"],
  },
  "room-locked": {
    title: "This room is locked",
    text: "Nobody new may join now. Ask the host to unlock it, then try again.",
    steps: ["retry", "home"],
  },
  "pin-required": PIN,
  "pin-wrong": {
    ...PIN,
    title: "That PIN isn't right",
    text: "Check the PIN with the person who invited you, and try again.",
  },
  "seat-ended": {
    title: "You were away for too long",
    text:
      "Your seat was given up after two minutes without a connection. Join again.",
    steps: ["rejoin", "home"],
  },
  "token-invalid": TOKEN,
  "token-missing": TOKEN,
  "rate-limited": BUSY,
  "slow-reader": RECONNECT,
  "moving": RECONNECT,
  "unavailable": {
    title: "The service is having trouble",
    text:
      "It can't be reached properly right now. Wait a moment and try again.",
    steps: ["retry", "home"],
  },
  "network": {
    title: "The service can't be reached",
    text:
      "No answer came. Check your internet connection, or wait a moment, and try again.",
    steps: ["retry", "home"],
  },
  "bad-response": {
    title: "Something between us and you answered instead",
    text:
      "A network sign-in page or a proxy may be in the way. Open any other page to sign in, then try again.",
    steps: ["retry", "home"],
  },
  "unknown": RECONNECT,
  "offline": {
    title: "You seem to be offline",
    text:
      "The service can't be reached. Check your internet connection and try again.",
    steps: ["retry", "home"],
  },
  "unsupported-browser": {
    title: "This browser can't make calls",
    text:
      "It has no WebRTC, or it is switched off. Use a current Firefox, Chrome, Edge or Safari.",
    steps: ["home"],
  },
  "origin-refused": {
    title: "This page may not connect",
    text:
      "It was loaded from an address that the service doesn't know. Start from the home page.",
    steps: ["home"],
  },
  "not-found": {
    title: "There is nothing here",
    text: "The address may be mistyped. Start from the home page.",
    steps: ["home"],
  },
  "not-allowed": NOT_ALLOWED,
  "sfu-not-configured": NOT_ALLOWED,
  "internal": DEFECT,
  "bad-request": DEFECT,
  "bad-json": DEFECT,
  "invalid-message": DEFECT,
  "unknown-type": DEFECT,
  "signal-too-large": DEFECT,
  "frame-too-large": DEFECT,
  "body-too-large": DEFECT,
  "no-such-member": DEFECT,
  "method-not-allowed": DEFECT,
  "upgrade-required": DEFECT,
  "slug-taken": DEFECT,
};

/** The words for a code; for a code that this page is too old to know, those for a defect. */
export function messageFor(code: string): Message {
  return Object.hasOwn(MESSAGES, code) ? MESSAGES[code as MessageCode] : DEFECT;
}

/** The code of a call that is over: whoever was never in it has not left it. */
export function endingCode(
  reason: EndReason,
  startedAt: number | null,
): MessageCode {
  return reason === "left" && startedAt === null ? "cancelled" : reason;
}

/** A deployment may let only some people make rooms; the join page has other words for these codes. */
const CLOSED_SERVICE: Message = {
  title: "You can't make a room here",
  text:
    "This service lets only some people make rooms. You can still join one with its link.",
  steps: [],
};

/** The form says at each field what is wrong with it. */
const WRONG_FIELDS: Message = {
  title: "Not yet",
  text: "Something in the options can't be used: see there.",
  steps: [],
};

/** The words for a room that could not be made. */
export function createRoomMessage(code: string): Message {
  if (code === "invalid-message" || code === "slug-taken") return WRONG_FIELDS;
  return code === "token-missing" || code === "token-invalid" ||
      code === "not-allowed"
    ? CLOSED_SERVICE
    : messageFor(code);
}

/** The code of anything that was thrown at a page. A browser that knows that it is offline says more than a request that failed. */
export function failureCode(error: unknown): MessageCode {
  const code = error instanceof Error && "code" in error &&
      typeof error.code === "string" && Object.hasOwn(MESSAGES, error.code)
    ? error.code as MessageCode
    : "internal";
  return code === "network" && !isOnline() ? "offline" : code;
}

/** What two browsers exchange before they talk: an offer, an answer and ten candidates, 12 messages in all. */
import type { End } from "./end.ts";

const description = (type: "offer" | "answer") =>
  JSON.stringify({
    description: { type, sdp: "v=0\r\n".padEnd(5_500, "a=x\r\n") },
  });
const OFFER = description("offer");
const ANSWER = description("answer");
/** One batch of candidates. */
export const CANDIDATES = JSON.stringify({
  candidates: [{
    candidate:
      "candidate:1 1 udp 2122260223 192.0.2.1 54321 typ host generation 0"
        .padEnd(180),
    sdpMid: "0",
  }],
});
/** Of each end's signals. */
const BATCHES = 5;

/** One set-up from the first message to the last. */
export async function setUp([caller, callee]: [End, End]): Promise<void> {
  const [called, answered] = [
    callee.take(1 + BATCHES),
    caller.take(1 + BATCHES),
  ];
  say(caller, OFFER);
  await called;
  say(callee, ANSWER);
  await answered;
}

function say(end: End, description: string): void {
  end.send(description);
  for (let n = 0; n < BATCHES; n++) end.send(CANDIDATES);
}

import { assert, assertEquals } from "@std/assert";
import {
  type ErrorCode,
  ERRORS,
  ProtocolError,
} from "@/lib/protocol/errors.ts";
import { problem } from "@/lib/server/problem.ts";

for (const code of Object.keys(ERRORS) as ErrorCode[]) {
  Deno.test(`problem() describes ${code}`, async () => {
    const response = problem(new ProtocolError(code), "an-id");
    const [status, message] = ERRORS[code];
    assertEquals(response.status, status);
    assertEquals(
      response.headers.get("Content-Type"),
      "application/problem+json",
    );
    assertEquals(response.headers.get("Cache-Control"), "no-store");
    const { title, ...body } = await response.json();
    assert(title.length > 3);
    assertEquals(body, {
      type: "about:blank",
      status,
      code,
      detail: message,
      ...status === 500 ? { instance: "urn:uuid:an-id" } : {},
    });
    const { headers } = response;
    assertEquals(headers.has("Retry-After"), [429, 503].includes(status));
    assertEquals(headers.has("WWW-Authenticate"), status === 401);
  });
}

Deno.test("problem() names wrong fields, and says in whole seconds when to come back", async () => {
  const fields = [{ field: "media.audio", message: "no" }];
  const wrong = problem(new ProtocolError("invalid-message", { fields }));
  assertEquals((await wrong.json()).errors, fields);
  const waits = [[1, "1"], [1_000, "1"], [1_001, "2"], [61_000, "61"]] as const;
  for (const [retryAfter, seconds] of waits) {
    const limited = problem(new ProtocolError("rate-limited", { retryAfter }));
    assertEquals(limited.headers.get("Retry-After"), seconds);
  }
});

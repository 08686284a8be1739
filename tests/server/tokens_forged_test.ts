import { assert, assertEquals, assertRejects } from "@std/assert";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import { ANN, make, MEMBER } from "./forge.ts";
import { forgeries } from "./forgeries.ts";

const FORGED = forgeries(MEMBER);

Deno.test(`Tokens refuses ${Object.keys(FORGED).length} kinds of forgery`, async (t) => {
  assert(Object.keys(FORGED).length >= 40);
  const { tokens } = make();
  for (const [kind, token] of Object.entries(FORGED)) {
    await t.step(kind, async () => {
      const text = await token();
      const error = await assertRejects(
        () => tokens.verifyMember(text),
        ProtocolError,
      );
      assertEquals(error.code, "token-invalid");
      assertEquals(error.message, new ProtocolError("token-invalid").message);
    });
  }
});

Deno.test("Tokens refuses random garbage without breaking", async () => {
  const { tokens } = make();
  const { token } = await tokens.issueMember(ANN);
  for (let i = 0; i < 2_000; i++) {
    const bytes = [...token];
    for (let n = 1 + i % 3; n > 0; n--) {
      const at = Math.floor(Math.random() * bytes.length);
      bytes[at] = String.fromCharCode(Math.floor(Math.random() * 256));
    }
    const changed = bytes.join("");
    if (changed === token) continue;
    await assertRejects(() => tokens.verify(changed), ProtocolError);
  }
});

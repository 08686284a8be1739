import { assert, assertEquals } from "@std/assert";
import {
  CLOSE_CODES,
  closeReason,
  type ErrorCode,
  ERRORS,
  mayReconnect,
  ProtocolError,
} from "@/lib/protocol/errors.ts";

const DOCS = await Deno.readTextFile(
  new URL("../../docs/protocol.md", import.meta.url),
);

/** The first two cells of a table's rows whose first cell has such a form. */
function rows(form: RegExp): Map<string, string> {
  const found = [...DOCS.matchAll(/^\| (.+?) +\| (.*?) +\|/gm)].filter((
    [, first],
  ) => form.test(first));
  return new Map(found.map(([, first, second]) => [first, second]));
}

Deno.test("CLOSE_CODES: as documented, and each stands for one reason", () => {
  const documented = rows(/^4\d\d\d$/);
  assertEquals(
    Object.fromEntries(
      Object.entries(CLOSE_CODES).map((
        [reason, code],
      ) => [code, `\`${reason}\``]),
    ),
    Object.fromEntries(documented),
  );
  for (const [reason, code] of Object.entries(CLOSE_CODES)) {
    assertEquals<string | undefined>(closeReason(code), reason);
  }
  assertEquals(closeReason(1006), undefined);
});

Deno.test("mayReconnect: not after 4400 to 4499, after everything else", () => {
  for (const code of [1000, 1001, 1006, 4399, 4500, 4501, 4599]) {
    assert(mayReconnect(code), `${code}`);
  }
  for (const code of [4400, 4401, 4409, 4499]) {
    assert(!mayReconnect(code), `${code}`);
  }
});

Deno.test("ERRORS: as documented, with the same HTTP status", () => {
  const documented = new Map(
    [...rows(/^(`[a-z-]+`(, )?)+$/)].flatMap(([codes, status]) =>
      codes.split(", ").map((code) => [code.slice(1, -1), status] as const)
    ).filter(([code]) => Object.hasOwn(ERRORS, code)),
  );
  assertEquals(new Set(documented.keys()), new Set(Object.keys(ERRORS)));
  for (const [code, status] of documented) {
    if (status !== "") {
      assertEquals(
        `${new ProtocolError(code as ErrorCode).status}`,
        status,
        code,
      );
    }
  }
});

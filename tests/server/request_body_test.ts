import { assertEquals, assertRejects } from "@std/assert";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import { MAX_BODY_BYTES, readObject } from "@/lib/server/request_body.ts";

function request(
  body: BodyInit | null,
  headers: Record<string, string> = { "Content-Type": "application/json" },
): Request {
  return new Request("http://x/", { method: "POST", body, headers });
}

function codeOf(asked: Request): Promise<string> {
  return assertRejects(() => readObject(asked), ProtocolError)
    .then(({ code }) => code);
}

function stream(chunks: Uint8Array<ArrayBuffer>[]): ReadableStream {
  return ReadableStream.from(chunks);
}

Deno.test("readObject() reads a JSON object in UTF-8, however it is cut", async () => {
  const bytes = new TextEncoder().encode('{"name":"Änne 🎧"}');
  const chunks = [...bytes].map((byte) => new Uint8Array([byte]));
  for (const body of [bytes, stream(chunks)]) {
    assertEquals(await readObject(request(body)), { name: "Änne 🎧" });
  }
  assertEquals(
    await readObject(
      request("{}", { "Content-Type": "Application/JSON; charset=utf-8" }),
    ),
    {},
  );
});

Deno.test("readObject() wants to be told that it is JSON", async () => {
  for (
    const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x",
      "application/json5",
      "",
    ]
  ) {
    assertEquals(
      await codeOf(request("{}", { "Content-Type": type })),
      "bad-json",
    );
  }
});

Deno.test("readObject() refuses what is no JSON object", async () => {
  const bodies = [
    null,
    "",
    " ",
    "{",
    "[]",
    "null",
    '"text"',
    "5",
    "{} {}",
    "{'a':1}",
    "\ufeff\ufeff{}",
    '{"a":1e}',
    "[".repeat(MAX_BODY_BYTES),
    new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
    new Uint8Array([0x22, 0xed, 0xa0, 0x80, 0x22]),
    stream([new Uint8Array([0x7b, 0x22, 0xc3])]),
  ];
  for (const body of bodies) {
    assertEquals(await codeOf(request(body)), "bad-json");
  }
});

Deno.test("readObject() takes 64 KiB and not a byte more, whatever the length says", async () => {
  const padded = (size: number) =>
    new TextEncoder().encode(`{"a":"${"x".repeat(size - 8)}"}`);
  await readObject(request(padded(MAX_BODY_BYTES)));
  const tooLong = padded(MAX_BODY_BYTES + 1);
  assertEquals(await codeOf(request(tooLong)), "body-too-large");
  assertEquals(await codeOf(request(stream([tooLong]))), "body-too-large");
  assertEquals(
    await codeOf(
      request("{}", {
        "Content-Type": "application/json",
        "Content-Length": "99999999",
      }),
    ),
    "body-too-large",
  );
});

Deno.test("readObject() stops reading a body without end", async () => {
  let sent = 0;
  const endless = new ReadableStream({
    pull(controller) {
      sent++;
      controller.enqueue(new Uint8Array(8_192).fill(0x20));
    },
  });
  assertEquals(await codeOf(request(endless)), "body-too-large");
  assertEquals(sent < 20, true);
});

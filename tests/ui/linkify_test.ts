import { assert, assertEquals } from "@std/assert";
import { linkify } from "@/lib/ui/linkify.ts";

/** The hrefs in a message. */
function links(text: string): string[] {
  return linkify(text).flatMap((part) =>
    part.kind === "link" ? [part.href] : []
  );
}

Deno.test("linkify finds http and https links", () => {
  assertEquals(linkify("see https://a.example/x?y=1#z now"), [
    { kind: "text", text: "see " },
    {
      kind: "link",
      text: "https://a.example/x?y=1#z",
      href: "https://a.example/x?y=1#z",
    },
    { kind: "text", text: " now" },
  ]);
  assertEquals(links("HTTP://A.example"), ["http://a.example/"]);
});

Deno.test("linkify leaves the sentence around a link alone", () => {
  assertEquals(links("(https://a.example/b)."), ["https://a.example/b"]);
  assertEquals(links("https://a.example/b_(c)!"), ["https://a.example/b_(c)"]);
  assertEquals(links('"https://a.example/b", he said'), [
    "https://a.example/b",
  ]);
});

Deno.test("linkify makes nothing but the web a link", () => {
  const harmful = [
    "javascript:alert(1)",
    "javascript://https://a.example/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "ftp://a.example/",
    "https://user@evil.example/",
    "https://call.example:x@evil.example/",
    "https://",
    "https:///",
    "example.com",
    "<a href=javascript:alert(1)>https</a>",
  ];
  for (const text of harmful) {
    for (const href of links(text)) {
      assert(/^https?:\/\/[^@]+$/.test(href), `${text} became ${href}`);
    }
  }
  assertEquals(links("javascript:alert(1)"), []);
  assertEquals(links("https://user@evil.example/"), []);
});

Deno.test("linkify loses no character of any message", () => {
  const pieces = [
    "https://",
    "a.example",
    " ",
    ")",
    "(",
    ".",
    "<b>",
    "é",
    "\n",
  ];
  let seed = 7;
  for (let round = 0; round < 500; round++) {
    let text = "";
    for (let length = 0; length < 8; length++) {
      seed = seed * 16807 % 2147483647;
      text += pieces[seed % pieces.length];
    }
    assertEquals(linkify(text).map((part) => part.text).join(""), text);
  }
});

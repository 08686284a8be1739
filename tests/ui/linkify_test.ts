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
      host: null,
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
  assertEquals(links("[https://a.example/b]"), ["https://a.example/b"]);
  assertEquals(links("[x](https://a.example/b)"), ["https://a.example/b"]);
  assertEquals(links("https://[2001:db8::1]/"), ["https://[2001:db8::1]/"]);
  assertEquals(links("（https://a.example/b）。"), ["https://a.example/b"]);
  assertEquals(links("see https://a.example。"), ["https://a.example/"]);
  assertEquals(links("https://a.example/b?c=d&e=(f)."), [
    "https://a.example/b?c=d&e=(f)",
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
});

Deno.test("linkify says where a link leads whose text does not", () => {
  const dressedUp = [
    ["https://good.example@evil.example/", "evil.example"],
    ["https://good.example:x@evil.example/", "evil.example"],
    ["https://good.example%2f@evil.example/", "evil.example"],
    ["https://good.example:443@evil.example:8443/", "evil.example:8443"],
    ["https://аррӏе.com/", "xn--80ak6aa92e.com"], // Cyrillic.
    ["https://goo\u200bgle.example/", "google.example"],
    ["https://good。example/", "good.example"],
    ["https://%65vil.example/", "evil.example"],
    ["https://0x7f.1/", "127.0.0.1"],
  ] as const;
  for (const [text, host] of dressedUp) {
    const [part] = linkify(text);
    assert(part.kind === "link");
    assertEquals([part.text, part.host], [text, host]);
    assertEquals(part.href, `https://${host}/`);
  }
  const [slash] = linkify("https://good.example\u2044x.evil.example/");
  assert(slash.kind === "link" && slash.host?.startsWith("good.xn--"));
  const plain = [
    "https://a.example",
    "HTTPS://A.Example/b",
    "http://[::1]:80x",
  ];
  assertEquals(
    plain.flatMap(linkify).map((part) => part.kind === "link" && part.host),
    [null, null, false],
  );
});

Deno.test("linkify takes out what shows text in another order than it has", () => {
  const text = "a\u202ehttps://evil.example/\u2066x\u2069\u0000\u009b b\tc\nd";
  assertEquals(
    linkify(text).map((part) => part.text).join(""),
    "ahttps://evil.example/x b\tc\nd",
  );
  // Right-to-left marks and joiners are part of ordinary writing.
  const ordinary = "\u200fشكرا\u200c 👩\u200d👩\u200d👧";
  assertEquals(linkify(ordinary), [{ kind: "text", text: ordinary }]);
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

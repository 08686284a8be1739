/** That assertions pass and fail where they should, on either @std/assert. */

import {
  assert,
  assertAlmostEquals,
  assertArrayIncludes,
  assertEquals,
  assertExists,
  assertFalse,
  assertGreater,
  assertGreaterOrEqual,
  assertInstanceOf,
  AssertionError,
  assertIsError,
  assertLess,
  assertLessOrEqual,
  assertMatch,
  assertNotEquals,
  assertNotInstanceOf,
  assertNotMatch,
  assertNotStrictEquals,
  assertObjectMatch,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
  fail,
  unreachable,
} from "@std/assert";

// Written without the assertions under test.
function fails(run: () => void, text = ""): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof AssertionError)) throw error;
    if (error.message.includes(text)) return;
    throw new Error(`"${error.message}" lacks "${text}"`);
  }
  throw new Error(`should have failed: ${run}`);
}

const circle = () => {
  const self: { self?: unknown } = {};
  self.self = self;
  return self;
};

const EQUAL: [unknown, unknown][] = [
  [1, 1],
  [NaN, NaN],
  [0, -0],
  ["a", "a"],
  [{ a: [1, { b: null }] }, { a: [1, { b: null }] }],
  [Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
  [new Date(1), new Date(1)],
  [/a/g, /a/g],
  [new URL("http://a/"), new URL("http://a/")],
  [new Uint8Array([1, 2]), new Uint8Array([1, 2])],
  [new Set([1, 2]), new Set([2, 1])],
  [new Map([["a", { b: 1 }]]), new Map([["a", { b: 1 }]])],
  [circle(), circle()],
];

const DIFFERENT: [unknown, unknown][] = [
  [1, 2],
  [1, "1"],
  [null, undefined],
  [{ a: 1 }, { a: 2 }],
  [{ a: undefined }, {}],
  [{ a: 1, b: undefined }, { a: 1, c: undefined }],
  [[1], [1, 2]],
  [[1], { 0: 1, length: 1 }],
  [new Date(1), new Date(2)],
  [/a/g, /a/],
  [new URL("http://a/"), new URL("http://b/")],
  [new Uint8Array([1]), new Uint8Array([2])],
  [new Set([1]), new Set([2])],
  [new Map([["a", 1]]), new Map([["a", 2]])],
  [new Error("a"), new Error("b")],
];

Deno.test("assertEquals and assertNotEquals: deep equality", () => {
  for (const [a, b] of EQUAL) {
    assertEquals(a, b);
    fails(() => assertNotEquals(a, b));
  }
  for (const [a, b] of DIFFERENT) {
    assertNotEquals(a, b);
    fails(() => assertEquals(a, b), "Values are not equal");
    fails(() => assertEquals(a, b, "why"), "why");
  }
});

Deno.test("assertions about one value", () => {
  assert(1);
  fails(() => assert(0, "zero"), "zero");
  assertFalse(0);
  fails(() => assertFalse(1));
  assertExists(0);
  fails(() => assertExists(null));
  fails(() => assertExists(undefined));
  assertInstanceOf(new Date(), Date);
  fails(() => assertInstanceOf({}, Date), '"Date"');
  assertNotInstanceOf({}, Date);
  fails(() => assertNotInstanceOf(new Date(), Date));
  fails(() => fail("so"), "so");
  fails(() => unreachable());
});

Deno.test("assertions about two values", () => {
  const one = {};
  assertStrictEquals(one, one);
  fails(() => assertStrictEquals(one, {}));
  fails(() => assertStrictEquals<number>(0, -0));
  assertNotStrictEquals(one, {});
  fails(() => assertNotStrictEquals(one, one));
  assertAlmostEquals(0.1 + 0.2, 0.3);
  fails(() => assertAlmostEquals(1, 1.1));
  assertAlmostEquals(1, 1.1, 0.2);
  assertGreater(2, 1);
  fails(() => assertGreater(1, 1));
  assertGreaterOrEqual(1, 1);
  fails(() => assertGreaterOrEqual(0, 1));
  assertLess(1, 2);
  fails(() => assertLess(1, 1));
  assertLessOrEqual(1, 1);
  fails(() => assertLessOrEqual(2, 1));
});

Deno.test("assertions about texts and lists", () => {
  assertMatch("abc", /b/);
  fails(() => assertMatch("abc", /x/));
  assertNotMatch("abc", /x/);
  fails(() => assertNotMatch("abc", /b/));
  assertStringIncludes("abc", "bc");
  fails(() => assertStringIncludes("abc", "x"));
  assertArrayIncludes([1, { a: 1 }], [{ a: 1 }]);
  fails(() => assertArrayIncludes([1], [2]), "2");
});

Deno.test("assertObjectMatch: what is named must be there", () => {
  assertObjectMatch({ a: 1, b: { c: [1, { d: 2, e: 3 }] } }, {
    b: { c: [1, { d: 2 }] },
  });
  fails(() => assertObjectMatch({ a: 1 }, { a: 2 }));
  fails(() => assertObjectMatch({ a: 1 }, { b: 1 }));
  fails(() => assertObjectMatch({ a: [1] }, { a: [1, 2] }));
});

Deno.test("assertThrows and assertIsError: class and message", () => {
  const throws = () => {
    throw new RangeError("too far");
  };
  const error = assertThrows(throws, RangeError, "far");
  assertStrictEquals(error.message, "too far");
  assertThrows(throws);
  assertThrows(throws, Error);
  fails(() => assertThrows(throws, TypeError));
  fails(() => assertThrows(throws, RangeError, "near"));
  fails(() => assertThrows(() => {}));
  fails(() => assertThrows(() => {}, "said"), "said");
  assertIsError(error, RangeError, /far$/);
  fails(() => assertIsError("text"));
});

Deno.test("assertRejects: class and message; to throw is not to reject", async () => {
  const rejects = () => Promise.reject(new RangeError("too far"));
  const error = await assertRejects(rejects, RangeError, "far");
  assertStrictEquals(error.message, "too far");
  for (
    const wrong of [
      () => assertRejects(rejects, TypeError),
      () => assertRejects(rejects, RangeError, "near"),
      () => assertRejects(() => Promise.resolve()),
      () =>
        assertRejects(() => {
          throw new RangeError("too far");
        }),
    ]
  ) {
    const thrown = await wrong().then(() => null, (thrown) => thrown);
    assertInstanceOf(thrown, AssertionError);
  }
});

import { assertEquals, assertThrows } from "@std/assert";
import { holdModules, thenModules } from "@/lib/ui/held_modules.ts";
import { MODULES_KEY } from "@/lib/ui/storage.ts";
import { VirtualClock } from "../fakes/clock.ts";

const LOADED = ["modulepreload", "modulepreload"];
const HELD = ["held", "held"];

/** What a page's first script has in reach, as far as it lets modules run. */
class FakePage {
  readonly clock = new VirtualClock();
  readonly links = ["a", "b"].map((name) => ({
    rel: "held",
    href: `https://call.example/js/1/${name}.js`,
  }));
  readonly ran: object[] = [];
  #read = () => {};

  /** Runs the script. `settled`: of a call that it has begun. `storage`: what the browser remembers. */
  run(
    script: string,
    settled?: Promise<void>,
    storage: Pick<Storage, "getItem" | "setItem"> = localStorage,
  ): void {
    const earlyEntry = settled && { connection: { settled } };
    const inReach = {
      globalThis: { earlyEntry },
      localStorage: storage,
      setTimeout: (task: () => void, ms: number) => this.clock.after(ms, task),
      document: {
        querySelectorAll: (selector: string) =>
          selector === "link[rel=held]"
            ? this.links
            : [{ nonce: "n", textContent: selector }],
        createElement: () => ({}),
        addEventListener: (_: string, read: () => void) => this.#read = read,
        body: { append: (element: object) => this.ran.push(element) },
      },
    };
    new Function(...Object.keys(inReach), script)(...Object.values(inReach));
  }

  /** The whole page has come. */
  async read(): Promise<void> {
    this.#read();
    await this.clock.advance(0);
  }

  get rels(): string[] {
    return this.links.map(({ rel }) => rel);
  }
}

const RAN = [{
  type: "module",
  nonce: "n",
  textContent: "script[type=held]",
}];

function heldTest(
  name: string,
  test: (page: FakePage) => void | Promise<void>,
) {
  Deno.test(name, async () => {
    localStorage.clear();
    try {
      await test(new FakePage());
    } finally {
      localStorage.clear();
    }
  });
}

Deno.test("holdModules leaves nothing that a browser loads or runs before the first script", () => {
  assertEquals(
    holdModules(
      '<html><head><script>1</script></head><body><script type="module" nonce="n">boot()</script></body></html>',
      ["/js/1/a.js", "/js/1/b.js"],
    ),
    '<html><head><link rel="held" href="/js/1/a.js"><link rel="held" href="/js/1/b.js">' +
      '<script>1</script></head><body><script type="held" nonce="n">boot()</script></body></html>',
  );
});

heldTest(
  "without a call modules are fetched at once, and run when the page is read",
  async (page) => {
    page.run(thenModules(""));
    assertEquals([page.rels, page.ran], [LOADED, []]);
    await page.read();
    assertEquals(page.ran, RAN);
  },
);

heldTest("modules wait for the call that was begun", async (page) => {
  new FakePage().run(thenModules(""));
  const { promise, resolve } = Promise.withResolvers<void>();
  page.run(thenModules(""), promise);
  await page.read();
  await page.clock.advance(149);
  assertEquals([page.rels, page.ran], [HELD, []]);
  resolve();
  await page.clock.advance(0);
  assertEquals([page.rels, page.ran], [LOADED, RAN]);
});

heldTest(
  "modules wait for a call for 150 ms at most, and for the page however long it takes",
  async (page) => {
    new FakePage().run(thenModules(""));
    page.run(thenModules(""), new Promise(() => {}));
    await page.clock.advance(150);
    assertEquals([page.rels, page.ran], [HELD, []]);
    await page.read();
    assertEquals([page.rels, page.ran], [LOADED, RAN]);
  },
);

heldTest(
  "who does not have this build's modules fetches them at once",
  (page) => {
    page.run(thenModules(""), new Promise(() => {}));
    assertEquals([page.rels, page.ran], [LOADED, []]);

    localStorage.setItem(MODULES_KEY, "https://call.example/js/0/a.js");
    const later = new FakePage();
    later.run(thenModules(""), new Promise(() => {}));
    assertEquals(later.rels, LOADED);
  },
);

heldTest(
  "a browser that remembers nothing fetches them at once",
  async (page) => {
    const blocked = () => {
      throw new DOMException("blocked", "SecurityError");
    };
    const storage = { getItem: blocked, setItem: blocked };
    page.run(thenModules(""), new Promise(() => {}), storage);
    assertEquals(page.rels, LOADED);
    await page.read();
    await page.clock.advance(150);
    assertEquals(page.ran, RAN);
  },
);

heldTest("modules run also when the script before them fails", async (page) => {
  const script = thenModules('throw new Error("no storage")');
  assertThrows(() => page.run(script), Error, "no storage");
  await page.read();
  assertEquals([page.rels, page.ran], [LOADED, RAN]);
});

/** The browser harness measured against itself, on a page of its own. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { assertStringIncludes } from "@std/assert";
import { axeViolations } from "./axe.ts";
import { camera, connect, mute, muteFor, serveCallPage } from "./call_page.ts";
import { openChromium } from "./chromium.ts";
import { openFirefox } from "./firefox.ts";
import { browserTest, WITH_CHROMIUM } from "./people.ts";
import { hear, record } from "./recorder.ts";
import { takeScreenshots } from "./screenshots.ts";
import {
  dominantHz,
  type Gap,
  levelDb,
  longestGapMs,
  toneGaps,
} from "./sound.ts";
import { type Person, until } from "./tab.ts";
import { videoChanges, watchVideo } from "./video.ts";

/** The common half of what both browsers can be asked for. */
type Options = Parameters<typeof openFirefox>[0];
type Open = (options?: Options) => Promise<Person>;

const OPEN: { Chromium: Open; Firefox: Open } = {
  Chromium: openChromium,
  Firefox: openFirefox,
};

for (const pair of WITH_CHROMIUM) {
  browserTest(pair, "hear and see each other", async () => {
    await using site = serveCallPage();
    await using one = await OPEN[pair[0]]({ tone: 440 });
    await using other = await OPEN[pair[1]]({ tone: 880 });
    const [a, b] = await connect(site.url, one, other);

    // A machine that is short of time makes gaps of its own, now and then.
    await Promise.all(([[a, 880], [b, 440]] as const).map(async ([tab, hz]) => {
      let heard = 0, gaps: Gap[] = [];
      await until(async () => {
        const sound = await hear(tab, 3000);
        heard = dominantHz(sound);
        gaps = toneGaps(sound, hz);
        return Math.abs(heard - hz) < 8 && gaps.every((gap) => gap.ms <= 20);
      }, { what: `three seconds of ${hz} Hz with no gap` }).catch((error) => {
        throw new Error(
          `${error.message}: ${heard} Hz, ${JSON.stringify(gaps)}`,
        );
      });
    }));

    // The meters can fail: 60 ms of silence are seen, and for what they are.
    await until(async () => {
      const recorder = await record(a);
      await new Promise((resolve) => setTimeout(resolve, 700));
      const muted = await muteFor(b, 60);
      await new Promise((resolve) => setTimeout(resolve, 1000));
      const gap = longestGapMs(await recorder.stop(), 880);
      if (Math.abs(gap - muted) < 40) return true;
      throw new Error(`${gap} ms of ${muted} ms are missing`);
    }, { what: "the silence" });

    // Not heard on a turned down element, and yet received.
    await a.evaluate(() => {
      document.querySelector("audio")!.muted = true;
    });
    assert(levelDb(await hear(a, 600)) < -90);
    assert(levelDb(await hear(a, 600, "receivers")) > -30);
    await a.evaluate(() => {
      document.querySelector("audio")!.muted = false;
    });

    await mute(b);
    await until(async () => levelDb(await hear(a, 600)) < -60, {
      what: "silence",
    });
    assertEquals(dominantHz(await hear(a, 600)), 0);

    assert(await videoChanges(a, "video"), "the picture moves");
    await camera(b, false);
    await until(async () => {
      const still = await watchVideo(a, "video", 1000);
      return still.changes === 0 && still.longestStillMs > 900;
    }, { what: "a picture that stands still" });

    assertEquals([a.problems, b.problems], [[], []]);
  });
}

for (const name of ["Chromium", "Firefox"] as const) {
  browserTest(
    [name],
    "is clicked, filled and read by role and name",
    async () => {
      await using site = serveCallPage();
      await using person = await OPEN[name]();
      const tab = await person.newTab();
      await tab.goto(site.url);
      const button = { role: "button", name: "Join the call" };
      await tab.fill({ role: "textbox", name: "Your name" }, "Ada");
      await tab.click(button);
      await tab.waitFor(
        (text) => document.querySelector("p")!.textContent === text,
        { what: "the greeting" },
        "Hello Ada",
      );
      assertEquals(await tab.see("p"), "Hello Ada");
      await tab.gone(button);
      await assertRejects(() => tab.see(button, 300), Error, "Join the call");
      await tab.evaluate(() => {
        console.error("seen by the test");
      });
      await tab.waitFor(() => true);
      assertEquals(tab.problems, ["seen by the test"]);

      // A page that goes elsewhere may owe an answer forever.
      const looks = await tab.waitFor(() => {
        // deno-lint-ignore no-explicit-any -- a name of this test.
        const page = globalThis as any;
        page.looks = (page.looks ?? 0) + 1;
        return page.looks === 1 ? new Promise<number>(() => {}) : page.looks;
      });
      assertEquals(looks, 2);
    },
  );

  browserTest([name], "refuses, and lacks, microphone and camera", async () => {
    await using site = serveCallPage();
    const ask = async (options: Options) => {
      await using person = await OPEN[name](options);
      const tab = await person.newTab();
      await tab.goto(site.url);
      return await tab.evaluate(() =>
        navigator.mediaDevices.getUserMedia({ audio: true }).then(
          () => "given",
          (error) => error.name,
        )
      );
    };
    assertEquals(await ask({}), "given");
    assertEquals(await ask({ permission: "denied" }), "NotAllowedError");
    assertEquals(await ask({ devices: "none" }), "NotFoundError");
  });

  browserTest([name], "shows axe a page with a strict policy", async () => {
    await using site = serveCallPage();
    await using person = await OPEN[name]();
    const tab = await person.newTab();
    await tab.goto(site.url);
    assertEquals(await axeViolations(tab), []);
    await tab.goto(`${site.url}flawed`);
    const [violation, ...more] = await axeViolations(tab);
    assertEquals(more, []);
    assertStringIncludes(violation, "image-alt (critical)");
    assertStringIncludes(violation, "<img src=");
  });

  browserTest([name], "leaves nothing behind", async () => {
    const person = await OPEN[name]() as Person & { home: string };
    await person.newTab();
    await person.close();
    await person.close();
    await assertRejects(() => Deno.stat(person.home), Deno.errors.NotFound);
  });
}

browserTest(["Chromium"], "takes screenshots with text in them", async () => {
  await using site = serveCallPage();
  await using person = await openChromium();
  const tab = await person.newTab();
  await tab.goto(site.url);
  const paths = await takeScreenshots(tab, "harness");
  const sizes = await Promise.all(
    paths.map(async (path) => (await Deno.stat(path)).size),
  );
  // The same page without its text is a smaller file: glyphs were drawn.
  await tab.evaluate(() => {
    document.body.style.color = "transparent";
  });
  const [blank] = await takeScreenshots(tab, "harness-blank");
  assert((await Deno.stat(blank)).size < sizes[0]);
  assertEquals(new Set(sizes).size, paths.length);
});

/** The browser harness measured against itself, on a page of its own. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { assertStringIncludes } from "@std/assert";
import { axeViolations } from "./axe.ts";
import { camera, connect, mute, muteFor, serveCallPage } from "./call_page.ts";
import { openChromium } from "./chromium.ts";
import { openFirefox } from "./firefox.ts";
import { browserTest, PAIRS } from "./people.ts";
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

for (const pair of PAIRS) {
  browserTest(pair, "hear and see each other", async () => {
    await using site = serveCallPage();
    await using one = await OPEN[pair[0]]({ tone: 440 });
    await using other = await OPEN[pair[1]]({ tone: 880 });
    const [a, b] = await connect(site.url, one, other);

    const [heardByA, heardByB] = await Promise.all([
      hear(a, 3000),
      hear(b, 3000),
    ]);
    assert(Math.abs(dominantHz(heardByA) - 880) < 8, `${dominantHz(heardByA)}`);
    assert(Math.abs(dominantHz(heardByB) - 440) < 8, `${dominantHz(heardByB)}`);

    // A machine that is short of time makes gaps of its own, now and then.
    for (const [tab, hz] of [[a, 880], [b, 440]] as const) {
      let gaps: Gap[] = [];
      await until(async () => {
        gaps = toneGaps(await hear(tab, 3000), hz);
        return gaps.every((gap) => gap.ms <= 20);
      }, { what: "three seconds with no gap" }).catch((error) => {
        throw new Error(`${error.message}: ${JSON.stringify(gaps)}`);
      });
    }

    // The meters can fail: 60 ms of silence are seen, and for what they are.
    const recorder = await record(a);
    await new Promise((resolve) => setTimeout(resolve, 700));
    const muted = await muteFor(b, 60);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const gap = longestGapMs(await recorder.stop(), 880);
    assert(Math.abs(gap - muted) < 40, `${gap} ms of ${muted} ms are missing`);

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
  assertEquals(new Set(sizes).size, 4);
});

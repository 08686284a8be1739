/** Issue 4's proof 8: two people on two server processes of one deployment. Neither a killed process nor a reload parts them. */
import { assert, assertEquals } from "@std/assert";
import { Cluster } from "../cluster/cluster.ts";
import type { Proof } from "../proof.ts";
import { ChromiumTab } from "./chromium.ts";
import { firefoxInstalled } from "./firefox.ts";
import {
  assertHears,
  assertMoves,
  longestGapOver,
  MAX_GAP_MS,
  upToThrice,
} from "./in_call.ts";
import {
  type Browser,
  inTouch,
  newTab,
  OTHER,
  person,
  startCall,
} from "./people.ts";
import { type Tab, until } from "./tab.ts";

/** From the reload of a page until it is in the call again, and hears. */
const BACK_WITHIN_MS = 2_000;

/** The callee's browsers that are there; the caller's is Chromium. */
export const CALLEES: readonly Browser[] = firefoxInstalled()
  ? ["Chromium", "Firefox"]
  : ["Chromium"];

export const TWO_PROCESSES: Proof = {
  name: "two-processes",
  proves:
    "two people on two server processes stay in touch when one process is killed and one page reloaded",
  prove: async ({ progress }) => {
    const figures: Record<string, TwoProcesses> = {};
    for (const browser of CALLEES) {
      figures[browser] = await callOverTwoProcesses(browser);
      progress(`${browser}: ${JSON.stringify(figures[browser])}`);
    }
    return {
      held: Object.values(figures).every(isQuick),
      sizes: { callees: CALLEES.length },
      figures,
    };
  },
};

/**
 * Times in milliseconds, of up to three tries each, of which the last counts: a busy machine is slow now and then, what comes of us is there
 * every time.
 */
export interface TwoProcesses {
  /** The longest gap in what the two hear while the callee's process is killed. */
  gaps: number[];
  /** From the callee's reload until the caller is told that the same member is back. */
  backAfter: number[];
  /** From the reload until both pages play each other again. The new page can do so over a new connection only. */
  inTouchAfter: number[];
}

function isQuick({ gaps, inTouchAfter }: TwoProcesses): boolean {
  return gaps.at(-1)! <= MAX_GAP_MS && inTouchAfter.at(-1)! <= BACK_WITHIN_MS;
}

/** A message of the server's, as far as the proof looks at it. */
interface News {
  type: string;
  from: string;
  /** Of who is back. */
  incarnation?: number;
}

/** What the server tells the tab's later pages of other members' coming and going, as it comes in. */
function newsOf(tab: Tab): News[] {
  assert(tab instanceof ChromiumTab);
  const news: News[] = [];
  tab.page.on(
    "websocket",
    (socket) =>
      socket.on("framereceived", ({ payload }) => {
        const { type, from, incarnation } = JSON.parse(String(payload));
        if (["join", "leave", "away", "back"].includes(type)) {
          news.push({ type, from, incarnation });
        }
      }),
  );
  return news;
}

/** The call: the callee's process is killed, he starts his camera, and reloads his page. Throws when they are parted. */
export async function callOverTwoProcesses(
  browser: Browser,
): Promise<TwoProcesses> {
  await using cluster = await Cluster.start();
  await using ann = await person("Chromium", 440);
  await using ben = await person(browser, 880);
  const [a, b] = [await newTab(ann), await newTab(ben)];
  const news = newsOf(a);
  const [first, second, third] = cluster.servers;
  const way = "Join with sound only";
  const link = await startCall(a, first.origin, "Ann", way);
  const page = second.origin + new URL(link).pathname;
  await b.goto(`${page}?enter=sound&name=Ben`);
  await Promise.all([inTouch(a), inTouch(b)]);
  const [joined, ...more] = news.splice(0, Infinity);
  assertEquals([joined.type, more], ["join", []]);

  /** Waits until Ann is told that Ben is back. */
  const back = async (incarnation: number) => {
    await until(() =>
      Promise.resolve(
        news.some((one) =>
          one.type === "back" && one.incarnation === incarnation
        ),
      ), { what: `Ben back as incarnation ${incarnation}` });
    const told = news.splice(0, Infinity);
    assertEquals(
      told.filter(({ type }) => type === "join" || type === "leave"),
      [],
    );
    assert(told.every(({ from }) => from === joined.from));
  };
  // His balancer leads him to the second process or, without it, the third.
  let [his, spare] = [second, third];
  const loseHisProcess = async () => {
    await his.kill();
    await back(1);
    await his.start();
    [his, spare] = [spare, his];
  };
  const gaps = await upToThrice(
    () => longestGapOver(a, b, loseHisProcess),
    MAX_GAP_MS,
  );

  await b.click({ role: "button", name: "Start video" });
  await a.see(`${OTHER} video`);
  await assertMoves(a);

  let life = 1;
  const backAfter: number[] = [];
  const reload = async () => {
    const began = performance.now();
    const reloaded = b.reload();
    await back(++life);
    backAfter.push(Math.round(performance.now() - began));
    await reloaded;
    await Promise.all([inTouch(a), inTouch(b)]);
    return Math.round(performance.now() - began);
  };
  const inTouchAfter = await upToThrice(reload, BACK_WITHIN_MS);
  await Promise.all([assertHears(a, 880), assertHears(b, 440)]);
  assertEquals(
    await a.evaluate(() => document.querySelectorAll(".tile").length),
    2,
  );
  return { gaps, backAfter, inTouchAfter };
}

/** Pictures of a page for people to look at, in `.screenshots/`. */
import type { ChromiumTab } from "./chromium.ts";
import { ROOT } from "./lock.ts";

const SIZES = [
  { width: 390, height: 844 },
  { width: 1280, height: 800 },
];

/**
 * Takes a page at phone and desk width, light and dark, as
 * `.screenshots/NAME-WIDTH-SCHEME.png`; gives the four paths. The tab is
 * afterwards at desk width and light.
 */
export async function takeScreenshots(
  tab: ChromiumTab,
  name: string,
): Promise<string[]> {
  const folder = `${ROOT}.screenshots`;
  await Deno.mkdir(folder, { recursive: true });
  const paths: string[] = [];
  for (const scheme of ["dark", "light"] as const) {
    await tab.prefer(scheme);
    for (const { width, height } of SIZES) {
      await tab.resize(width, height);
      const path = `${folder}/${name}-${width}-${scheme}.png`;
      await tab.screenshot(path);
      paths.push(path);
    }
  }
  return paths;
}

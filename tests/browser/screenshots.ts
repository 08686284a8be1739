/** Pictures of a page for people to look at, in `.screenshots/`. */
import type { ChromiumTab } from "./chromium.ts";
import { ROOT } from "./lock.ts";

/** A phone, a tablet and a desk. */
export const SIZES = [
  { width: 390, height: 844 },
  { width: 768, height: 1024 },
  { width: 1280, height: 800 },
];

/**
 * Takes a page at each of `SIZES`, light and dark, as
 * `.screenshots/NAME-WIDTH-SCHEME.png`; gives the paths. The tab is
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

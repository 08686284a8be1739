/** Paths that the files of this folder share. */

import { fileURLToPath } from "node:url";

/** The path of a file: URL, on any system. */
export const fromFileUrl = (url: URL): string => fileURLToPath(url);

/** The project's root, without a slash at its end. */
export const ROOT = fileURLToPath(new URL("..", import.meta.url))
  .replace(/[\\/]$/, "");

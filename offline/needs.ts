/**
 * All that the project asks of JSR, so that one `deno cache --cached-only` of
 * this file tells whether it is there already. Never run.
 *
 * @module
 */

import "@std/assert";
import "@zaubrik/djwt";
import "fresh";
import "fresh/dev";
import "fresh/internal";
import "fresh/runtime";

/**
 * All that the project asks of JSR, so that running this with `--cached-only`
 * tells whether it is there already. Deno loads everything before it runs the
 * first module, and that one ends the process.
 *
 * @module
 */

import "data:text/javascript,Deno.exit(0)";
import "@std/assert";
import "@zaubrik/djwt";
import "fresh";
import "fresh/dev";
import "fresh/internal";
import "fresh/runtime";

import { asset } from "fresh/runtime";
import { define } from "@/lib/define.ts";

/** The page around every page. */
export default define.page(function App({ Component, state }) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        {state.firstScript && (
          // Before the style sheets: a script waits for those that stand above it.
          // deno-lint-ignore react-no-danger -- text of ours, with what comes from the link as JSON.
          <script dangerouslySetInnerHTML={{ __html: state.firstScript }} />
        )}
        <meta
          name="viewport"
          content="width=device-width, initial-scale=1, viewport-fit=cover"
        />
        <meta
          name="theme-color"
          content="#f5f6f4"
          media="(prefers-color-scheme: light)"
        />
        <meta
          name="theme-color"
          content="#0f1413"
          media="(prefers-color-scheme: dark)"
        />
        <title>Ringdown</title>
        <link rel="icon" href={asset("/favicon.svg")} type="image/svg+xml" />
        <link rel="manifest" href={asset("/manifest.webmanifest")} />
        <link key="styles" rel="stylesheet" href={asset("/styles.css")} />
      </head>
      <body>
        <Component />
      </body>
    </html>
  );
});

import { asset } from "fresh/runtime";
import { define } from "@/lib/define.ts";

/** The page around every page. */
export default define.page(function App({ Component }) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
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

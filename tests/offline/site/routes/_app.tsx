import type { PageProps } from "fresh";
import { asset } from "fresh/runtime";

export default function Wrapper({ Component }: PageProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>Default</title>
        <link rel="stylesheet" href={asset("/site.css")} />
      </head>
      <body>
        <Component />
      </body>
    </html>
  );
}

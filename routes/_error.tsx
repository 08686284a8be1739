import { HttpError } from "fresh";
import { Head } from "fresh/runtime";
import { define } from "@/lib/define.ts";
import { messageFor } from "@/lib/ui/messages.ts";
import { Notice } from "@/components/Notice.tsx";

/** What went wrong on the way to a page, by the error's status. The room page throws its errors with a code as their message. */
export default define.page(function ErrorPage({ error, url }) {
  const message = messageFor(codeOf(error));
  const here = url.pathname + url.search;
  return (
    <>
      <Head>
        <title>{message.title} – Ringdown</title>
        <meta name="robots" content="noindex" />
      </Head>
      <Notice
        message={message}
        ways={{ links: { retry: here, reload: here, home: "/" } }}
      />
    </>
  );
});

function codeOf(error: unknown): string {
  if (!(error instanceof HttpError)) return "internal";
  switch (error.status) {
    case 404:
      return error.message === "room-not-found"
        ? "room-not-found"
        : "not-found";
    case 429:
      return "rate-limited";
    case 503:
      return "unavailable";
    default:
      return "internal";
  }
}

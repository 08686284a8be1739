import { linkify } from "@/lib/ui/linkify.ts";

/** What somebody wrote, as text, with its web links to click. */
export function RichText({ text }: { text: string }) {
  return (
    <>
      {linkify(text).map((part, index) =>
        part.kind === "text" ? <span key={index}>{part.text}</span> : (
          // From left to right whatever stands around it, so that its host stays where hosts are looked for.
          <a
            key={index}
            href={part.href}
            dir="ltr"
            target="_blank"
            rel="noopener noreferrer nofollow"
          >
            {part.text}
            {part.host !== null && (
              <span class="link-host">{` (to ${part.host})`}</span>
            )}
          </a>
        )
      )}
    </>
  );
}

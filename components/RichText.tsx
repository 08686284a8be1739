import { linkify } from "@/lib/ui/linkify.ts";

/** What somebody wrote, as text, with its web links to click. */
export function RichText({ text }: { text: string }) {
  return (
    <>
      {linkify(text).map((part, index) =>
        part.kind === "text" ? <span key={index}>{part.text}</span> : (
          <a
            key={index}
            href={part.href}
            target="_blank"
            rel="noopener noreferrer nofollow"
          >
            {part.text}
          </a>
        )
      )}
    </>
  );
}

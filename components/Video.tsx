import { useLayoutEffect, useRef } from "preact/hooks";

/** A moving picture. It is silent: sound has elements of its own, so that it goes on when the picture goes. */
export function Video(
  { stream, mirrored = false, label }: {
    stream: MediaStream;
    mirrored?: boolean;
    label: string;
  },
) {
  const element = useRef<HTMLVideoElement>(null);
  useLayoutEffect(() => {
    const video = element.current!;
    video.srcObject = stream;
    // A refusal (power saving, a hidden page) leaves the first frame standing; the browser goes on by itself.
    video.play().catch(() => {});
    return () => {
      video.srcObject = null;
    };
  }, [stream]);
  return (
    <video
      ref={element}
      class={mirrored ? "video mirrored" : "video"}
      aria-label={label}
      // Firefox stops at every video otherwise, though there is nothing to press.
      tabIndex={-1}
      autoplay
      playsInline
      muted
    />
  );
}

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
      delete video.dataset.upright;
    };
  }, [stream]);
  return (
    <video
      ref={element}
      class={mirrored ? "video mirrored" : "video"}
      aria-label={label}
      // Firefox stops at every video otherwise, though there is nothing to press.
      tabIndex={-1}
      // When the first picture comes, or one of another shape. A phone's upright picture is shown whole in a wide tile: cropped it would
      // hardly be a face.
      onResize={({ currentTarget: { videoWidth, videoHeight, dataset } }) =>
        dataset.upright = String(videoHeight > videoWidth)}
      autoplay
      playsInline
      muted
    />
  );
}

import { useLayoutEffect, useRef } from "preact/hooks";

/** Plays one person's sound. `onBlocked` is called when the browser wants to be clicked first (autoplay policy). */
export function RemoteAudio(
  { stream, onBlocked }: { stream: MediaStream; onBlocked: () => void },
) {
  const element = useRef<HTMLAudioElement>(null);
  // Layout effects run at once, others after the next frame: the first sound should not wait for a picture.
  useLayoutEffect(() => {
    const audio = element.current!;
    audio.srcObject = stream;
    audio.play().catch((error) => {
      if (error?.name === "NotAllowedError") onBlocked();
    });
    return () => {
      audio.srcObject = null;
    };
  }, [stream]);
  return <audio ref={element} autoplay />;
}

import { useEffect, useState } from "preact/hooks";
import type { QrCode as Drawing } from "@/lib/ui/qr_code.ts";

/** A link for the camera of a phone. Nothing is there until it is drawn, nor where it cannot be. */
export function QrCode({ link }: { link: string }) {
  const [drawing, setDrawing] = useState<Drawing | null>(null);
  useEffect(() => {
    let wanted = true;
    import("@/lib/ui/qr_code.ts").then(({ qrCode }) => {
      if (wanted) setDrawing(qrCode(link));
    }).catch(() => {}); // Offline, or a very long link: it can be copied all the same.
    return () => {
      wanted = false;
    };
  }, [link]);
  if (drawing === null) return null;
  const { size, path } = drawing;
  return (
    <svg
      class="qr-code"
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label="QR code of the link"
      shape-rendering="crispEdges"
    >
      <path d={path} />
    </svg>
  );
}

import type { Quality } from "@/lib/client/mesh/quality.ts";
import { gradeOf } from "@/lib/ui/quality_words.ts";

/** How good the path to somebody is: three bars, and the same in words. */
export function QualityBars({ quality }: { quality: Quality }) {
  const grade = gradeOf(quality);
  return (
    <span
      class={`quality ${grade}`}
      role="img"
      aria-label={`Connection: ${grade}`}
      title={`Connection: ${grade}`}
    >
      <i />
      <i />
      <i />
    </span>
  );
}

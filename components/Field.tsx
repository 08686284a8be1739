import type { ComponentChildren } from "preact";

/** What a control in a field says of itself to a screen reader. */
export interface FieldControl {
  id: string;
  "aria-invalid": boolean;
  "aria-describedby": string | undefined;
}

/** A label, a control, what helps to fill it in, and what is wrong with what was filled in. */
export function Field({ id, label, hint, problem, children }: {
  id: string;
  label: string;
  hint?: string;
  problem?: string;
  children: (control: FieldControl) => ComponentChildren;
}) {
  const described = [hint && `${id}-hint`, problem && `${id}-problem`]
    .filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({
        id,
        "aria-invalid": problem !== undefined,
        "aria-describedby": described || undefined,
      })}
      {hint && <p id={`${id}-hint`} class="field-hint">{hint}</p>}
      {problem && <p id={`${id}-problem`} class="field-problem">{problem}</p>}
    </div>
  );
}

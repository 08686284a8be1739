import { useId } from "preact/hooks";

/** A percentage to choose, from 0 to `max`. */
export function Slider(
  { label, max, value, onChange }: {
    label: string;
    max: number;
    value: number;
    onChange: (value: number) => void;
  },
) {
  const id = useId();
  return (
    <div class="slider">
      <label for={id}>{label}</label>
      <output for={id}>{value} %</output>
      <input
        id={id}
        type="range"
        min={0}
        max={max}
        step={5}
        value={value}
        aria-valuetext={`${value} percent`}
        onInput={(event) => onChange(event.currentTarget.valueAsNumber)}
      />
    </div>
  );
}

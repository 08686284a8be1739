import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

interface Props {
  children: ComponentChildren;
  title: ComponentChildren;
}

export default function Box({ children, title }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <div id="box" class={open ? "open" : "closed"}>
      <button type="button" onClick={() => setOpen(!open)}>toggle</button>
      {open ? title : null}
      <div>{children}</div>
    </div>
  );
}

export function Named() {
  return <u>named</u>;
}

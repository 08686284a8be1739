/** Every picture that the pages use, drawn on a 24 by 24 grid with one stroke width, in the colour of the text around it. */

const MICROPHONE =
  "M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3M5.5 11a6.5 6.5 0 0 0 13 0M12 17.5V21M8.5 21h7";
const CAMERA =
  "M4.5 6h9A1.5 1.5 0 0 1 15 7.5v9a1.5 1.5 0 0 1-1.5 1.5h-9A1.5 1.5 0 0 1 3 16.5v-9A1.5 1.5 0 0 1 4.5 6M15 10.5l6-3.5v10l-6-3.5";
const SLASH = "M3.5 3.5l17 17";

const PATHS = {
  microphone: MICROPHONE,
  "microphone-off":
    `M9 9v2a3 3 0 0 0 4.6 2.5M15 10.6V6a3 3 0 0 0-5.7-1.3M5.5 11a6.5 6.5 0 0 0 10.4 5.2M18.5 11a6.5 6.5 0 0 1-.5 2.5M12 17.5V21M8.5 21h7${SLASH}`,
  camera: CAMERA,
  "camera-off":
    `M10 6h3.5A1.5 1.5 0 0 1 15 7.5V11M15 15v1.5A1.5 1.5 0 0 1 13.5 18h-9A1.5 1.5 0 0 1 3 16.5v-9A1.5 1.5 0 0 1 4.5 6H6M17 12.5l4 1.5V7l-6 3.5${SLASH}`,
  chat:
    "M5.5 4.5h13A1.5 1.5 0 0 1 20 6v9a1.5 1.5 0 0 1-1.5 1.5H12L7.5 20v-3.5h-2A1.5 1.5 0 0 1 4 15V6a1.5 1.5 0 0 1 1.5-1.5M8 9h8M8 12.5h5",
  invite:
    "M10 8.5a3.5 3.5 0 1 1-7 0 3.5 3.5 0 0 1 7 0M2 20a4.5 4.5 0 0 1 9 0M17.5 8v8M13.5 12h8",
  leave:
    "M4.3 15.200l2.9-.7a1 1 0 0 0 .8-.9l.2-2a13 13 0 0 1 7.6 0l.2 2a1 1 0 0 0 .8.9l2.9.7a1 1 0 0 0 1.2-.8c.3-1.8-.3-3.3-1.6-4.200a13.5 13.5 0 0 0-14.6 0c-1.3.9-1.9 2.4-1.6 4.200a1 1 0 0 0 1.2.8z",
  close: "M6 6l12 12M18 6L6 18",
  check: "M5 12.5l4.5 4.5L19 7.5",
  "check-double": "M2.5 12.5L7 17l8.5-9M11.5 16l1 1L21.5 8",
  copy:
    "M9.5 8h8A1.5 1.5 0 0 1 19 9.5v10a1.5 1.5 0 0 1-1.5 1.5h-8A1.5 1.5 0 0 1 8 19.5v-10A1.5 1.5 0 0 1 9.5 8M5 16V4.5A1.5 1.5 0 0 1 6.5 3H15",
  speaker:
    "M4 9.5h3.5L12 5.5v13l-4.5-4H4zM15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a7.8 7.8 0 0 1 0 11",
  send: "M4 12l16-7.5-5 15.5-3.5-6.5zM11.5 13.5L20 4.5",
  alert: "M12 4l9 15.5H3zM12 10v4M12 16.800v.2",
  lock:
    "M6.5 11h11A1.5 1.5 0 0 1 19 12.5v6a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 5 18.5v-6A1.5 1.5 0 0 1 6.5 11M8 11V8a4 4 0 0 1 8 0v3",
  arrow: "M5 12h14M13 6l6 6-6 6",
  reload: "M19.5 12a7.5 7.5 0 1 1-2.4-5.5M19.5 3.5v4h-4",
} as const;

/** The name of a picture. */
export type IconName = keyof typeof PATHS;

/** A picture beside words, or in a button that has a name of its own: it says nothing to a screen reader. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg
      class="icon"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.75"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}

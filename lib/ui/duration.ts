/** A length of time as people read it on a call: `0:07`, `12:30`, `1:02:03`. */
export function clockText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = two(seconds % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/** The same for ears: `1 hour 2 minutes`, `12 minutes`, `7 seconds`. */
export function spokenDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  if (hours > 0) {
    return minutes > 0
      ? `${count(hours, "hour")} ${count(minutes, "minute")}`
      : count(hours, "hour");
  }
  return minutes > 0 ? count(minutes, "minute") : count(seconds, "second");
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

function count(value: number, noun: string): string {
  return `${value} ${noun}${value === 1 ? "" : "s"}`;
}

/** Whether this machine has a network, as its browser believes. */
import { useEffect, useState } from "preact/hooks";

/** True on the server, which draws for browsers that have reached it. */
export function isOnline(): boolean {
  return globalThis.navigator?.onLine !== false;
}

/** The same: whatever draws with it is drawn anew when it changes. */
export function useOnline(): boolean {
  const [online, setOnline] = useState(isOnline);
  useEffect(() => {
    const ended = new AbortController();
    const look = () => setOnline(isOnline());
    for (const event of ["online", "offline"]) {
      globalThis.addEventListener(event, look, ended);
    }
    look();
    return () => ended.abort();
  }, []);
  return online;
}

/** Listens to the keys of a call. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { actionOf, type Actions } from "@/lib/ui/shortcuts.ts";

/** Runs the actions by their keys. */
export function useShortcuts(actions: Actions): void {
  const current = useRef(actions);
  current.current = actions;
  // Who sees the buttons may use the keys: not a frame later.
  useLayoutEffect(() => {
    const press = (event: KeyboardEvent) => {
      const action = actionOf(event);
      const run = action && current.current[action];
      if (!run) return;
      event.preventDefault(); // The c that opens the chat must not be its first letter.
      run();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, []);
}

/** Finding elements as people name them, in the page: asked for roles and names, Firefox's driver takes seconds each time. */
import type { Target } from "./tab.ts";

/**
 * Source text for a page: an array of the elements of that target which can be
 * seen just now.
 */
export function seen(target: Target): string {
  return `(${find})(${JSON.stringify(target)})`;
}

/**
 * Runs in the page, so it sees nothing outside of itself. Role and name are
 * those of ARIA in HTML and of Accessible Name 1.2, as far as pages of plain
 * HTML need them.
 */
function find(target: Target): HTMLElement[] {
  const plain: Record<string, string> = {
    button: "button, summary",
    checkbox: "input[type=checkbox]",
    combobox: "select",
    dialog: "dialog",
    heading: "h1, h2, h3, h4, h5, h6",
    link: "a[href]",
    slider: "input[type=range]",
    textbox: "textarea, input:not([type]), input[type=text]",
  };

  const words = (element: Element): string => {
    const copy = element.cloneNode(true) as Element;
    for (const silent of copy.querySelectorAll("[aria-hidden=true]")) {
      silent.remove();
    }
    return copy.textContent!;
  };

  const name = (element: HTMLElement): string => {
    const by = element.getAttribute("aria-labelledby")?.split(" ")
      .map((id) => document.getElementById(id));
    const labels = by ?? [...(element as HTMLInputElement).labels ?? []];
    const text = by === undefined && element.ariaLabel ||
      labels.map((label) => label ? words(label) : "").join(" ") ||
      words(element) || element.title;
    return text.replaceAll(/\s+/g, " ").trim();
  };

  const selector = typeof target === "string"
    ? target
    : [plain[target.role], `[role=${target.role}]`].filter(Boolean).join();
  return [...document.querySelectorAll<HTMLElement>(selector)].filter((e) =>
    e.checkVisibility({ visibilityProperty: true }) &&
    (typeof target === "string" ||
      !e.closest("[aria-hidden=true]") && name(e) === target.name)
  );
}

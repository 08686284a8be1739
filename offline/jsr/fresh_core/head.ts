/** Stand-in for `@fresh/core`: elements that belong into `<head>`. */
// deno-lint-ignore-file no-import-prefix

import {
  type ComponentChildren,
  createContext,
  Fragment,
  h,
  isValidElement,
  toChildArray,
  type VNode,
} from "npm:preact@^10.29";
import { useEffect } from "npm:preact@^10.29/hooks";

/** Whether the code runs in a browser. */
export const IS_BROWSER = typeof document !== "undefined";

/** True inside `<Head>`, on the server. */
export const HeadContext = createContext(false);

/** Props of `Head`. */
export interface HeadProps {
  children?: ComponentChildren;
}

type Props = Record<string, unknown>;

function textOf(children: unknown): string {
  return toChildArray(children as ComponentChildren)
    .map((child) =>
      isValidElement(child) ? textOf((child.props as Props).children) : child
    ).join("");
}

/** The element of the document that a node of `<Head>` stands for. */
function elementFor(type: string, key: unknown, props: Props): Element {
  const quote = (value: unknown) => JSON.stringify(String(value));
  const tries = [
    key && `[data-key=${quote(key)}]`,
    props.id && `[id=${quote(props.id)}]`,
    type === "meta" && props.name && `meta[name=${quote(props.name)}]`,
    type === "link" && props.rel && `link[rel=${quote(props.rel)}]`,
    type === "base" && "base",
  ];
  for (const selector of tries) {
    if (typeof selector !== "string") continue;
    const found = document.head.querySelector(selector);
    if (found) return found;
  }
  return document.head.appendChild(document.createElement(type));
}

function applyToDocument(node: VNode): void {
  const props = node.props as Props;
  if (node.type === Fragment) {
    for (const child of toChildArray(props.children as ComponentChildren)) {
      if (isValidElement(child)) applyToDocument(child);
    }
  } else if (node.type === "title") {
    document.title = textOf(props.children);
  } else if (typeof node.type === "string") {
    const element = elementFor(node.type, node.key, props);
    const text = textOf(props.children);
    if (element.textContent !== text) element.textContent = text;
    for (const [name, value] of Object.entries(props)) {
      if (name === "children") continue;
      if (value === null || value === undefined || value === false) {
        element.removeAttribute(name);
      } else {
        element.setAttribute(name, String(value));
      }
    }
  }
}

/**
 * Puts its children into the document's head: on the server while the page is
 * rendered, in the browser (elements only, no components) after each render.
 */
export function Head(props: HeadProps): ComponentChildren {
  useEffect(() => applyToDocument(h(Fragment, null, props.children)));
  if (IS_BROWSER) return null;
  return h(HeadContext.Provider, { value: true }, props.children);
}

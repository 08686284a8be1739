/** Stand-in for `@fresh/core`: wakes the islands of a page in the browser.
 *
 * The server leaves comments around islands ("frsh:island:Name:index:key") and
 * around JSX given to them ("frsh:slot:id:name"). Each island is rendered over
 * the nodes between its comments; slots become nodes that Preact knows.
 *
 * @module
 */
// deno-lint-ignore-file no-import-prefix

import {
  type ComponentChild,
  type ComponentType,
  Fragment,
  h,
  render,
} from "npm:preact@^10.29";
import { computed, signal } from "npm:@preact/signals@^2";
import { parse } from "./serialize.ts";

type Props = Record<string, unknown>;

class SlotRef {
  constructor(readonly id: number, readonly name: string) {}
}

/** The comment that closes this one, or null if the browser moved it away. */
function closing(open: Comment): Comment | null {
  const kind = open.data.split(":")[1];
  let depth = 0;
  for (let node: Node | null = open; node; node = node.nextSibling) {
    if (!(node instanceof Comment)) continue;
    if (node.data.startsWith(`frsh:${kind}:`)) depth++;
    if (node.data === `/frsh:${kind}` && --depth === 0) return node;
  }
  return null;
}

/** The comments of a kind between two nodes, not those inside one another. */
function* markers(kind: string, start: Node, end: Node | null) {
  const walker = document.createTreeWalker(
    start.getRootNode(),
    NodeFilter.SHOW_COMMENT,
  );
  walker.currentNode = start;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node === end) return;
    const comment = node as Comment;
    if (!comment.data.startsWith(`frsh:${kind}:`)) continue;
    const close = closing(comment);
    yield { comment, close };
    if (close) walker.currentNode = close;
  }
}

/** What Preact's `render` needs of a parent, for some of its children only. */
function parentOf(start: Comment, end: Comment): Element {
  const parent = start.parentNode as Element;
  const nodes = () => {
    const found: ChildNode[] = [];
    for (let at = start.nextSibling; at && at !== end; at = at.nextSibling) {
      found.push(at);
    }
    return found;
  };
  return {
    nodeType: 1,
    parentNode: parent,
    namespaceURI: parent.namespaceURI,
    get childNodes() {
      return nodes();
    },
    get firstChild() {
      return nodes()[0] ?? null;
    },
    insertBefore: (node: Node, before: Node | null) =>
      parent.insertBefore(node, before ?? end),
    appendChild: (node: Node) => parent.insertBefore(node, end),
    removeChild: (node: Node) => parent.removeChild(node),
    contains: (node: Node) => nodes().some((own) => own.contains(node)),
  } as unknown as Element;
}

/**
 * Renders all islands of the document.
 *
 * @param components by the names that the page's comments use.
 * @param serialized the islands' props, as `stringify` wrote them.
 */
export function boot(
  components: Record<string, ComponentType>,
  serialized: string,
): void {
  const all = parse<{ props: Props }[]>(serialized, {
    Signal: (value) => signal(value),
    Computed: (value) => computed(() => value),
    Slot: ({ id, name }) => new SlotRef(id, name),
  });

  /** The island of a comment as a node, with what its slots hold now. */
  function island(open: Comment, end: Comment): ComponentChild {
    const [, , name, index, key] = open.data.split(":");
    const slots = new Map<number, ComponentChild[]>();
    for (const { comment, close } of markers("slot", open, end)) {
      const id = Number(comment.data.split(":")[2]);
      slots.set(id, content(comment.nextSibling, close));
    }
    const props: Props = key ? { key } : {};
    for (const [prop, value] of Object.entries(all[Number(index)].props)) {
      props[prop] = value instanceof SlotRef
        ? h(Fragment, null, slots.get(value.id) ?? unused(value))
        : value;
    }
    return h(components[name], props);
  }

  /** A slot that the server rendered nowhere waits in a template. */
  function unused({ id, name }: SlotRef): ComponentChild[] {
    const template = document.getElementById(`frsh-${id}-${name}`);
    if (!(template instanceof HTMLTemplateElement)) return [];
    return content(template.content.firstChild, null);
  }

  /** Nodes of the document as nodes of Preact. */
  function content(from: Node | null, end: Node | null): ComponentChild[] {
    const found: ComponentChild[] = [];
    for (let node = from; node && node !== end; node = node.nextSibling) {
      if (node instanceof Text) {
        found.push(node.data);
      } else if (node instanceof Element) {
        const props: Props = {};
        for (const { name, value } of node.attributes) {
          const current = (node as unknown as Props)[name];
          props[name] = typeof current === "boolean" ? true : value;
        }
        const children = content(node.firstChild, null);
        found.push(h(node.localName, props, children));
      } else if (
        node instanceof Comment && node.data.startsWith("frsh:island:")
      ) {
        const close = closing(node);
        if (close === null) continue;
        found.push(island(node, close));
        node = close;
      }
    }
    return found;
  }

  for (const { comment, close } of markers("island", document.body, null)) {
    if (close === null) {
      const name = comment.data.split(":")[2];
      console.error(
        `Fresh hydration error: the island "${name}" has invalid HTML nesting.`,
      );
      continue;
    }
    const node = island(comment, close);
    const parent = parentOf(comment, close);
    setTimeout(() => render(node, parent), 0);
  }
}

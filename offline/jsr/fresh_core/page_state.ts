/** Stand-in for `@fresh/core`: what a page gathers while it is rendered on the
 * server (islands, slots, head elements, the nonce), by Preact's option hooks.
 */
// deno-lint-ignore-file no-import-prefix

import {
  type ComponentChildren,
  type ComponentType,
  createContext,
  Fragment,
  h,
  isValidElement,
  options,
  type VNode,
} from "npm:preact@^10.29";
import { useContext } from "npm:preact@^10.29/hooks";
import { asset, assetSrcSet } from "./asset.ts";
import type { BuildCache } from "./build_cache.ts";
import { HeadContext } from "./head.ts";
import { type Replacers, stringify } from "./serialize.ts";
import type { Island } from "./types.ts";

type Props = Record<string, unknown>;

/** What one page gathered so far. */
export class PageState {
  readonly nonce: string = crypto.randomUUID().replaceAll("-", "");
  readonly islands = new Set<Island>();
  readonly islandProps: { slots: []; props: Props }[] = [];
  /** JSX given to islands; null once it was rendered in place. */
  readonly slots: ({ name: string; node: ComponentChildren } | null)[] = [];
  /** Elements from `<Head>`, by what makes them the same element. */
  readonly head = new Map<string, VNode>();
  readonly tags = new Set<string>();
  booted = false;

  constructor(
    readonly url: URL,
    // deno-lint-ignore no-explicit-any
    readonly build: BuildCache<any>,
  ) {}

  /** Runs a rendering that gathers into this page. */
  gather<T>(render: () => T): T {
    current = this;
    try {
      return render();
    } finally {
      current = null;
    }
  }

  /** Whether the page loads any script of ours. */
  get needsClient(): boolean {
    return this.islands.size > 0 || this.build.alwaysBoot;
  }
}

let current: PageState | null = null;

const ready = new WeakSet<VNode>();
const asIs = <P>(node: VNode<P>): VNode<P> => (ready.add(node as VNode), node);

function marked(kind: string, text: string, node: ComponentChildren): VNode {
  const comment = (UNSTABLE_comment: string) =>
    h(Fragment, { UNSTABLE_comment } as Props);
  return h(
    Fragment,
    null,
    comment(`frsh:${kind}:${text}`),
    node,
    comment(`/frsh:${kind}`),
  );
}

/** True for all that an island renders, its slots excepted. */
const InIsland = createContext(false);

function Slot({ id, name, children }: {
  id: number;
  name: string;
  children?: ComponentChildren;
}): VNode {
  if (current) current.slots[id] = null;
  const inside = h(InIsland.Provider, { value: false }, children);
  return marked("slot", `${id}:${name}`, inside);
}

/** Renders an island between comments by which the browser finds it. */
function IslandRoot({ island, inner, mark }: {
  island: Island;
  inner: Props;
  mark: unknown;
}): VNode {
  const nested = useContext(InIsland);
  if (nested) return asIs(h(island.fn, inner));
  const { islands, islandProps, slots } = current!;
  islands.add(island);
  const props = { ...inner };
  for (const [name, value] of Object.entries(inner)) {
    const isNode = isValidElement(value) && !isSignal(value);
    if (name !== "children" && !isNode) continue;
    const node = value as ComponentChildren;
    const id = slots.push({ name, node }) - 1;
    props[name] = h(Slot, { id, name }, node);
  }
  const index = islandProps.push({ slots: [], props }) - 1;
  const key = String(mark ?? "").replaceAll(":", "_");
  const node = asIs(h(island.fn, props));
  return marked(
    "island",
    `${island.name}:${index}:${key}`,
    h(InIsland.Provider, { value: true }, node),
  );
}

const HEAD_TAGS = /^(title|meta|link|script|style|base|noscript|template)$/;

/** What makes two elements of the head the same: all but their content. */
function identity(type: string, key: unknown, props: Props): string {
  if (key !== null && key !== undefined) return String(key);
  if (type === "title") return type;
  const ignored = { meta: "content", link: "href" }[type];
  return Object.keys(props).sort().reduce((text, name) => {
    if (["children", "nonce", "ref", ignored].includes(name)) return text;
    const value = props[name] as { __html?: string };
    const raw = name === "dangerouslySetInnerHTML" ? value.__html : value;
    return `${text}::${raw}`;
  }, type);
}

function HeadTag({ type, mark, inner }: {
  type: string;
  mark: unknown;
  inner: Props;
}): VNode | null {
  const inHead = useContext(HeadContext);
  const own = mark ? { "data-key": mark } : {};
  const node = asIs(h(type, { ...inner, ...own } as Props));
  const id = identity(type, mark, inner);
  if (inHead) {
    current?.head.set(id, node as VNode);
    return null;
  }
  const better = current?.head.get(id);
  if (better) current!.head.delete(id);
  return better ?? node as VNode;
}

/** At the end of `<head>`: what `<Head>` gathered and found no twin for. */
function RestOfHead(): VNode {
  return h(Fragment, null, [...current?.head.values() ?? []]);
}

// deno-lint-ignore no-explicit-any
const isSignal = (value: any): boolean =>
  typeof value === "object" && value !== null &&
  typeof value.peek === "function" && "value" in value;

/** A computed signal is one whose value cannot be set. */
function isComputed(value: object): boolean {
  let at: object | null = value;
  while (at && !Object.hasOwn(at, "value")) at = Object.getPrototypeOf(at);
  return Object.getOwnPropertyDescriptor(at ?? {}, "value")?.set === undefined;
}

const REPLACERS: Replacers = {
  Computed: (value) =>
    isSignal(value) && isComputed(value as object)
      ? { value: (value as { peek(): unknown }).peek() }
      : undefined,
  Signal: (value) =>
    isSignal(value)
      ? { value: (value as { peek(): unknown }).peek() }
      : undefined,
  Slot: (value) => {
    const node = value as VNode<{ name: string; id: number }>;
    if (!isValidElement(node) || node.type !== Slot as unknown) return;
    return { value: { name: node.props.name, id: node.props.id } };
  },
};

/** JSON inside a script element must not end it. */
const escaped = (json: string) =>
  json.replaceAll(/<\/(style|script)/gi, "<\\/$1")
    .replaceAll("<!--", "\\u003C!--");

/** At the end of `<body>`: unused slots, and the script that wakes islands. */
export function Boot(): VNode | null {
  if (!current || current.booted) return null;
  current.booted = true;
  const { slots, islands, islandProps, build, needsClient } = current;
  const templates = slots.map((slot, id) =>
    slot && h("template", { id: `frsh-${id}-${slot.name}` }, slot.node)
  );
  return h(Fragment, null, templates, needsClient ? h(Script, null) : null);

  function Script(): VNode {
    const imports = [...islands].map(({ file, name, exportName }) => {
      const renamed = exportName === name ? name : `${exportName} as ${name}`;
      const named = exportName === "default" ? name : `{ ${renamed} }`;
      return `import ${named} from "${file}";`;
    });
    const names = [...islands].map((island) => island.name);
    const props = JSON.stringify(stringify(islandProps, REPLACERS));
    const __html = `import { boot } from "${build.clientEntry}";` +
      `${imports.join("")}boot({${names}},${escaped(props)});`;
    const inner = { type: "module", dangerouslySetInnerHTML: { __html } };
    return h("script", inner as Props);
  }
}

/** Tells styles and readers which links lead to, or above, this page. */
function markCurrent(props: Props, { pathname, search }: URL): void {
  const { href } = props;
  if (typeof href !== "string" || !href.startsWith("/")) return;
  if (props["aria-current"] !== undefined) return;
  const bare = (path: string) =>
    path.length > 1 ? path.replace(/\/$/, "") : "/";
  const target = new URL(href, "http://localhost");
  const [here, there] = [bare(pathname), bare(target.pathname)];
  if (here === there && (!target.search || target.search === search)) {
    Object.assign(props, { "data-current": "true", "aria-current": "page" });
  } else if (
    here === there || there === "/" || here.startsWith(`${there}/`)
  ) {
    Object.assign(props, { "data-ancestor": "true", "aria-current": "true" });
  }
}

const hooks = options as typeof options & { __b?: (vnode: VNode) => void };

const nextVNode = hooks.vnode;
hooks.vnode = (vnode) => {
  const { type } = vnode;
  const props = vnode.props as Props;
  if (type === "a" && current) markCurrent(props, current.url);
  if (type === "img" || type === "source") {
    if (!props["data-fresh-disable-lock"]) {
      if (typeof props.src === "string") props.src = asset(props.src);
      if (typeof props.srcset === "string") {
        props.srcset = assetSrcSet(props.srcset);
      }
    }
  } else if ((type === "script" || type === "style") && current) {
    props.nonce ||= current.nonce;
  } else if (type === "body") {
    props.children = [props.children, h(Boot, null)];
  }
  nextVNode?.(vnode);
};

const nextDiff = hooks.__b;
hooks.__b = (vnode) => {
  const change = (type: unknown, props: Props) => {
    Object.assign(vnode, { type, props });
  };
  const inner = vnode.props as Props;
  const { type, key } = vnode;
  if (current && !ready.has(vnode) && typeof type === "function") {
    const island = current.build.islandRegistry.get(type as ComponentType);
    if (island) change(IslandRoot, { island, inner, mark: key });
  } else if (current && typeof type === "string") {
    if (["html", "head", "body"].includes(type)) current.tags.add(type);
    if (type === "head") {
      inner.children = [inner.children, h(RestOfHead, null)];
    } else if (HEAD_TAGS.test(type) && !ready.has(vnode)) {
      change(HeadTag, { type, mark: key, inner });
    }
  }
  nextDiff?.(vnode);
};

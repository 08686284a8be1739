/** Stand-in for `@fresh/core`: island props as text and back, in upstream's
 * format: a JSON list whose items refer to each other by index, so that what
 * was one object (or signal) on the server is one in the browser.
 */

// deno-fmt-ignore
const CONSTANTS: [number, unknown][] = [
  [-1, undefined], [-2, null], [-3, NaN], [-4, Infinity], [-5, -Infinity],
  [-6, -0],
];
const HOLE = -7;

/** Gives the part to keep of a value it knows, in a box; else undefined. */
export type Replacers = Record<
  string,
  (value: unknown) => { value: unknown } | undefined
>;

/** Makes a value of what the replacer of the same name kept. */
// deno-lint-ignore no-explicit-any
export type Revivers = Record<string, (kept: any) => unknown>;

const isPlain = (value: object) =>
  [null, Object.prototype].includes(Object.getPrototypeOf(value));

/**
 * Writes a value down.
 *
 * @throws {Error} for functions, and for what the stand-in does not know.
 */
export function stringify(data: unknown, replacers: Replacers = {}): string {
  const out: string[] = [];
  const seen = new Map<unknown, number>();

  function tagged(value: object): string | null {
    for (const [name, replace] of Object.entries(replacers)) {
      const kept = replace(value);
      if (kept) return `["${name}",${add(kept.value)}]`;
    }
    if (value instanceof URL) return JSON.stringify(["URL", value.href]);
    if (value instanceof Date) {
      const valid = !Number.isNaN(value.getTime());
      return JSON.stringify([
        "Date",
        valid ? value.toISOString() : "Invalid Date",
      ]);
    }
    if (value instanceof Set) return `["Set",[${[...value].map(add)}]]`;
    if (value instanceof Map) return `["Map",[${[...value].flat().map(add)}]]`;
    return null;
  }

  function write(value: unknown): string {
    if (typeof value === "function") {
      throw new Error("Serializing functions is not supported.");
    }
    if (typeof value === "bigint") return `["BigInt","${value}"]`;
    if (typeof value !== "object" || value === null) {
      return JSON.stringify(value);
    }
    if (Array.isArray(value)) {
      const items = Array.from(
        value,
        (item, i) => i in value ? add(item) : HOLE,
      );
      return `[${items}]`;
    }
    const text = tagged(value);
    if (text !== null) return text;
    if (!isPlain(value)) {
      const name = value.constructor?.name;
      throw new Error(`The Fresh stand-in does not serialize a ${name}.`);
    }
    const entries = Object.entries(value)
      .map(([key, item]) => `${JSON.stringify(key)}:${add(item)}`);
    return `{${entries}}`;
  }

  function add(value: unknown): number {
    const constant = CONSTANTS.find(([, item]) => Object.is(item, value));
    if (constant) return constant[0];
    const known = seen.get(value);
    if (known !== undefined) return known;
    const index = out.push("") - 1;
    seen.set(value, index);
    out[index] = write(value);
    return index;
  }

  const index = add(data);
  return index < 0 ? String(index) : `[${out.join(",")}]`;
}

/** Reads what `stringify` wrote. */
export function parse<T = unknown>(text: string, revivers: Revivers = {}): T {
  const data = JSON.parse(text);
  const list: unknown[] = Array.isArray(data) ? data : [];
  const done = new Map<number, unknown>(CONSTANTS);

  function keep<V>(index: number, value: V): V {
    done.set(index, value);
    return value;
  }

  // deno-lint-ignore no-explicit-any
  function untag(index: number, name: string, kept: any): unknown {
    if (name in revivers) return keep(index, revivers[name](read(kept)));
    if (name === "BigInt") return keep(index, BigInt(kept));
    if (name === "URL") return keep(index, new URL(kept));
    if (name === "Date") return keep(index, new Date(kept));
    if (name === "Set") {
      const set = keep(index, new Set());
      for (const item of kept) set.add(read(item));
      return set;
    }
    if (name === "Map") {
      const map = keep(index, new Map());
      for (let i = 0; i < kept.length; i += 2) {
        map.set(read(kept[i]), read(kept[i + 1]));
      }
      return map;
    }
    throw new Error(`Unknown kind of island prop: ${name}`);
  }

  function read(index: number): unknown {
    if (done.has(index)) return done.get(index);
    const item = list[index];
    if (typeof item !== "object" || item === null) return keep(index, item);
    if (!Array.isArray(item)) {
      const object = keep(index, {} as Record<string, unknown>);
      for (const [key, ref] of Object.entries(item)) {
        object[key] = read(ref as number);
      }
      return object;
    }
    if (typeof item[0] === "string") return untag(index, item[0], item[1]);
    const array = keep(index, new Array(item.length));
    item.forEach((ref, i) => {
      if (ref !== HOLE) array[i] = read(ref);
    });
    return array;
  }

  return read(Array.isArray(data) ? 0 : data) as T;
}

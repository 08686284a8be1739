import type { Signal } from "@preact/signals";
import { Head, IS_BROWSER } from "fresh/runtime";
import { twice } from "../lib/twice.ts";

interface Props {
  count: Signal<number>;
  name: string;
  date?: Date;
  url?: URL;
  list?: unknown[];
}

export default function Counter({ count, name, date, url, list }: Props) {
  return (
    <section id={name}>
      <button
        type="button"
        disabled={!IS_BROWSER}
        onClick={() => count.value++}
      >
        more
      </button>
      <output>{count}</output>
      <output>{twice(count.value)}</output>
      <output>
        {`${date?.toISOString()} ${url?.search} ${JSON.stringify(list)}`}
      </output>
      {count.value > 3 && (
        <Head>
          <title>Count {count.value}</title>
        </Head>
      )}
    </section>
  );
}

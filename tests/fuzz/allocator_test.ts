import { assert } from "@std/assert";
import { ownBytes } from "../../bench/process.ts";
import { allocatedBytes } from "./allocator.ts";

/** Pieces of memory, and their size in bytes: 100 MB in all, beside which what this process does meanwhile is nothing. */
const COUNT = 100_000;
const SIZE = 1_000;
const ALL = COUNT * SIZE;

Deno.test({
  name: "allocatedBytes tells what was never freed from what malloc keeps",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const libc = Deno.dlopen("libc.so.6", {
      malloc: { parameters: ["usize"], result: "pointer" },
      memset: { parameters: ["pointer", "i32", "usize"], result: "pointer" },
      free: { parameters: ["pointer"], result: "void" },
    });
    const { malloc, memset, free } = libc.symbols;
    const usage = async () => ({
      allocated: allocatedBytes(),
      resident: await ownBytes(Deno.pid),
    });
    const before = await usage();
    const taken = Array.from(
      { length: COUNT },
      () => memset(malloc(BigInt(SIZE)), 1, BigInt(SIZE)),
    );
    const leaked = await usage();
    assert(leaked.allocated - before.allocated > ALL * 0.9);
    // One in four stays, among all others: no page is free as a whole, and none is given back.
    taken.forEach((piece, n) => n % 4 === 0 || free(piece));
    const freed = await usage();
    taken.forEach((piece, n) => n % 4 !== 0 || free(piece));
    libc.close();
    assert(freed.resident - before.resident > ALL * 0.8);
    assert(freed.allocated - before.allocated < ALL * 0.4);
  },
});

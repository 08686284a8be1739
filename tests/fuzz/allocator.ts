/** What glibc's allocator holds for a process, on Linux. */

const LIBC = {
  /** malloc_trim(3): gives back to the system what is free. */
  malloc_trim: { parameters: ["usize"], result: "i32" },
  /** mallinfo(3): ten counts, of all arenas together. */
  mallinfo2: {
    parameters: [],
    result: { struct: Array<"usize">(10).fill("usize") },
  },
} as const satisfies Deno.ForeignLibraryInterface;

/** Fields of `struct mallinfo2`. */
const HBLKHD = 4;
const UORDBLKS = 7;

/**
 * Bytes that are allocated just now, once what is free was given back. How much memory the process has from the system says less: arenas
 * stay in pieces, and each pattern of use leaves others free, up to half as much again as what is in use.
 */
export function allocatedBytes(): number {
  const libc = Deno.dlopen("libc.so.6", LIBC);
  try {
    libc.symbols.malloc_trim(0n);
    const counts = new BigUint64Array(libc.symbols.mallinfo2().slice().buffer);
    return Number(counts[HBLKHD] + counts[UORDBLKS]);
  } finally {
    libc.close();
  }
}

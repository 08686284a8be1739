import { type Check, copyOf, type Mutation } from "./database.ts";

type Commit = (
  checks: Check[],
  mutations: Mutation[],
) => Promise<Deno.KvCommitResult | Deno.KvCommitError>;

/** `kv.atomic()`: gathers a change, and commits it as a whole. */
export class FakeAtomic {
  readonly #now: () => number;
  readonly #commit: Commit;
  readonly #checks: Check[] = [];
  readonly #mutations: Mutation[] = [];

  constructor(now: () => number, commit: Commit) {
    this.#now = now;
    this.#commit = commit;
  }

  check(...checks: Check[]): this {
    this.#checks.push(...checks);
    return this;
  }

  set(
    key: Deno.KvKey,
    value: unknown,
    { expireIn }: { expireIn?: number } = {},
  ): this {
    if (
      expireIn !== undefined && !(Number.isInteger(expireIn) && expireIn >= 0)
    ) {
      throw new TypeError(
        `expireIn must be a non-negative integer: received ${expireIn}`,
      );
    }
    const expiresAt = expireIn === undefined
      ? undefined
      : this.#now() + expireIn;
    this.#mutations.push({ type: "set", key, value: copyOf(value), expiresAt });
    return this;
  }

  delete(key: Deno.KvKey): this {
    this.#mutations.push({ type: "delete", key });
    return this;
  }

  async commit(): Promise<Deno.KvCommitResult | Deno.KvCommitError> {
    return await this.#commit(this.#checks, this.#mutations);
  }
}

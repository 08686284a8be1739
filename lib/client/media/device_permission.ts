/** Whether this page may still use a kind of device. W3C Permissions. */

/** Tells when a permission that was there is withdrawn. Browsers that tell nothing of permissions withdraw nothing that could be noticed. */
export class DevicePermission {
  readonly #name: "microphone" | "camera";
  readonly #permissions: Pick<Permissions, "query"> | undefined;
  readonly #revoked: () => void;
  #watch: AbortController | null = null;
  #wasGranted = false;

  constructor(
    name: "microphone" | "camera",
    permissions: Pick<Permissions, "query"> | undefined,
    revoked: () => void,
  ) {
    this.#name = name;
    this.#permissions = permissions;
    this.#revoked = revoked;
  }

  /** Whether it was there since `watch`, and is there no more. */
  async isRevoked(): Promise<boolean> {
    const status = await this.#ask();
    return this.#wasGranted && status !== null && status.state !== "granted";
  }

  /** From now on it is noticed. Once is enough. */
  async watch(): Promise<void> {
    if (this.#watch !== null) return;
    const watch = this.#watch = new AbortController();
    const status = await this.#ask();
    if (status === null || watch.signal.aborted) return;
    this.#wasGranted = status.state === "granted";
    status.addEventListener("change", () => {
      const isRevoked = this.#wasGranted && status.state !== "granted";
      this.#wasGranted = status.state === "granted";
      if (isRevoked) this.#revoked();
    }, { signal: watch.signal });
  }

  /** From now on it is not. */
  ignore(): void {
    this.#watch?.abort();
    this.#watch = null;
    this.#wasGranted = false;
  }

  async #ask(): Promise<PermissionStatus | null> {
    try {
      return await this.#permissions!.query({ name: this.#name });
    } catch {
      return null;
    }
  }
}

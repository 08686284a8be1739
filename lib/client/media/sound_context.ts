/** The one audio context of a call. Browsers allow only a few, and making one takes long: it is made when first needed. */
export class SoundContext {
  readonly #create: () => AudioContext;
  readonly #page: EventTarget | null;
  #context: AudioContext | null | undefined;
  #isClosed = false;
  readonly #touched = () => void this.resume();

  /**
   * Nothing is opened by that.
   *
   * @param options.create In place of the browser's own.
   * @param options.page Where clicks and keys come from. Default `document`.
   */
  constructor(
    options: { create?: () => AudioContext; page?: EventTarget | null } = {},
  ) {
    this.#create = options.create ?? (() => new AudioContext());
    this.#page = options.page === undefined
      ? globalThis.document ?? null
      : options.page;
  }

  /** Null where the browser has no Web Audio, and after `close`. */
  get(): AudioContext | null {
    if (this.#isClosed) return null;
    if (this.#context === undefined) this.#context = this.#make();
    return this.#context;
  }

  /** Whether it runs: a suspended one measures silence and plays nothing. */
  get isRunning(): boolean {
    return this.#context?.state === "running";
  }

  /** Runs what the autoplay policy has held. Resolves to whether it runs; a context that was never needed is not made. */
  async resume(): Promise<boolean> {
    const context = this.#context;
    if (!context || this.#isClosed) return false;
    await context.resume().catch(() => {});
    if (this.isRunning) this.#ignoreTouches();
    return this.isRunning;
  }

  /** Gives it back. For good. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#ignoreTouches();
    this.#context?.close().catch(() => {});
    this.#context = null;
  }

  #make(): AudioContext | null {
    try {
      const context = this.#create();
      // The policy lets it run from the first touch of the page on.
      for (const touch of TOUCHES) {
        this.#page?.addEventListener(touch, this.#touched);
      }
      return context;
    } catch {
      return null;
    }
  }

  #ignoreTouches(): void {
    for (const touch of TOUCHES) {
      this.#page?.removeEventListener(touch, this.#touched);
    }
  }
}

const TOUCHES = ["pointerup", "keydown"];

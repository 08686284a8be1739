/** Keeps the parameters of one sender as they are wanted. W3C WebRTC 5.2, setParameters. */

/** Of the one encoding that a sender has here. What is left out stays as it is. */
export interface WantedEncoding extends RTCRtpEncodingParameters {
  /** Of the sender: what gives way when there is too little of something. Not every browser knows it. */
  degradationPreference?: RTCDegradationPreference;
}

export class SenderCap {
  readonly #sender: RTCRtpSender;
  #wanted: WantedEncoding = {};
  /** What was last set, as JSON. */
  #applied = "{}";
  #isBusy = false;

  constructor(sender: RTCRtpSender) {
    this.#sender = sender;
  }

  /**
   * Wants that from now on. One change at a time, and only where something changes. One that fails, as before the first negotiation or
   * while another change of the connection is under way, is tried again at the next call.
   */
  set(wanted: WantedEncoding): void {
    this.#wanted = wanted;
    if (!this.#isBusy) this.#apply();
  }

  async #apply(): Promise<void> {
    this.#isBusy = true;
    try {
      while (JSON.stringify(this.#wanted) !== this.#applied) {
        const wanted = this.#wanted;
        await this.#change(wanted);
        this.#applied = JSON.stringify(wanted);
      }
    } catch {
      // The pair goes on with what was set before.
    } finally {
      this.#isBusy = false;
    }
  }

  /** @throws {DOMException} */
  async #change(wanted: WantedEncoding): Promise<void> {
    const { degradationPreference, ...encoding } = wanted;
    const parameters = this.#sender.getParameters();
    if (parameters.encodings.length === 0) {
      throw new DOMException("no encoding yet", "InvalidStateError");
    }
    Object.assign(parameters.encodings[0], encoding);
    if (degradationPreference !== undefined) {
      parameters.degradationPreference = degradationPreference;
    }
    await this.#sender.setParameters(parameters);
  }
}

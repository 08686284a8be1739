/** A data channel that a test plays. */
export class PlayedChannel {
  readyState = "connecting";
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  readonly sent: string[] = [];
  isFull = false;

  send(data: string): void {
    if (this.isFull) throw new DOMException("full", "OperationError");
    this.sent.push(data);
  }

  open(): void {
    this.readyState = "open";
    this.onopen?.();
  }

  break(): void {
    this.readyState = "closed";
    this.onclose?.();
  }
}

/**
 * Deliveries in the order of their publication, one batch a turn of the event loop (B2). Not microtasks: a loop of
 * requests would then keep timers, and so its own deadlines, from ever firing.
 */
export class DeliveryQueue {
  #waiting: (() => void)[] = [];

  /** @param deliver never throws */
  push(deliver: () => void): void {
    this.#waiting.push(deliver);
    if (this.#waiting.length === 1) setImmediate(this.#deliverBatch);
  }

  readonly #deliverBatch = (): void => {
    const batch = this.#waiting;
    this.#waiting = [];
    for (const deliver of batch) deliver();
  };
}

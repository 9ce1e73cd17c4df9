/**
 * The last event of the streams written lately: an append then decides without asking the file.
 *
 * The file cannot answer for what is not flushed yet, so a head that is not durable is never dropped. Memory stays
 * bounded all the same: not more can be in flight than the queue of appends lets in.
 */
export interface StreamHead {
  readonly revision: number;
  readonly position: number;
}

export class StreamHeads {
  /** A Map keeps its order of insertion: the first is the one unused for longest. */
  readonly #heads = new Map<string, StreamHead>();

  constructor(
    private readonly headsMax: number,
    private readonly durablePosition: () => number,
  ) {}

  get(streamId: string): StreamHead | undefined {
    const head = this.#heads.get(streamId);
    if (head) this.#putLast(streamId, head);
    return head;
  }

  set(streamId: string, head: StreamHead): void {
    this.#putLast(streamId, head);
    if (this.#heads.size > this.headsMax) this.#dropOldest();
  }

  #putLast(streamId: string, head: StreamHead): void {
    this.#heads.delete(streamId);
    this.#heads.set(streamId, head);
  }

  #dropOldest(): void {
    for (const [streamId, { position }] of this.#heads) {
      if (this.#heads.size <= this.headsMax || position > this.durablePosition()) return;
      this.#heads.delete(streamId);
    }
  }
}

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

/**
 * Two halves: what is set or found goes into the young one; when that is full it becomes the old one, and what was old
 * and not used since is dropped, all at once. Dropping the oldest one by one out of one Map costs more the larger it
 * is, since a Map walks over the places of what was deleted before.
 */
export class StreamHeads {
  #young = new Map<string, StreamHead>();
  #old = new Map<string, StreamHead>();
  /** Position of the newest head in each half. */
  #youngEnd = 0;
  #oldEnd = 0;

  constructor(
    private readonly headsMax: number,
    private readonly durablePosition: () => number,
  ) {}

  get(streamId: string): StreamHead | undefined {
    const young = this.#young.get(streamId);
    if (young) return young;
    const old = this.#old.get(streamId);
    if (old) this.set(streamId, old);
    return old;
  }

  set(streamId: string, head: StreamHead): void {
    const isFull = this.#young.size >= this.headsMax / 2;
    if (isFull && this.#oldEnd <= this.durablePosition()) {
      this.#old = this.#young;
      this.#oldEnd = this.#youngEnd;
      this.#young = new Map();
      this.#youngEnd = 0;
    }
    this.#young.set(streamId, head);
    this.#youngEnd = Math.max(this.#youngEnd, head.position);
  }
}

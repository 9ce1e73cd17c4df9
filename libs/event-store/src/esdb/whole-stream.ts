/** A stream is decided upon as a whole, so a hole in it must not go unnoticed (E3 of the port). */
import { StreamCutShort } from '../errors.js';
import type { ReadStreamOptions, RecordedEvent } from '../event-store.js';

/** Looks at each event of one read in its order, and at the end of it. */
export class WholeStream {
  readonly #forwards: boolean;
  /** The revision that the next event must have; backwards from the end, nobody knows the first. */
  #next: bigint | undefined;

  constructor(
    private readonly streamId: string,
    private readonly options: ReadStreamOptions,
  ) {
    this.#forwards = options.direction !== 'backwards';
    this.#next = this.#forwards ? (options.fromRevision ?? 0n) : undefined;
  }

  /** @throws StreamCutShort */
  check({ revision }: RecordedEvent): void {
    if (this.#next !== undefined && revision !== this.#next)
      throw new StreamCutShort(this.streamId, `revision ${this.#next} is missing, ${revision} follows`);
    this.#next = revision + (this.#forwards ? 1n : -1n);
  }

  /** Nothing more comes, although `seen` events were fewer than the limit. @throws StreamCutShort */
  checkEnd(seen: number): void {
    const { limit = Number.POSITIVE_INFINITY } = this.options;
    if (this.#forwards || seen >= limit || this.#next === undefined || this.#next < 0n) return;
    throw new StreamCutShort(this.streamId, `revision ${this.#next} and what is before it are missing`);
  }
}

import type { ViewsSuccessor } from '@action-do/views';
import type { OpenWriter } from '../ports.js';
import { OneAtATime } from './one-at-a-time.js';
import type { Place } from './place-to-resume.js';

/**
 * The views of one opening, from there until they are closed.
 *  W1 one batch at a time, and none while somebody has them `atRest`;
 *  W2 whoever builds others beside them ends before they are closed: `signal` says when.
 */
export class FollowedViews {
  readonly #turns = new OneAtATime();
  readonly #ended = new AbortController();
  readonly #guests = new Set<Promise<unknown>>();
  readonly signal: AbortSignal;
  /** Of the log when they were opened. */
  readonly head: bigint;
  #writer: OpenWriter;
  #position: bigint;
  #events = 0;

  /** @param place up to where they are written, and where the log ended then */
  constructor(writer: OpenWriter, { after, head }: Place, outer: AbortSignal) {
    this.#writer = writer;
    this.#position = after;
    this.head = head;
    this.signal = AbortSignal.any([outer, this.#ended.signal]);
  }

  get writer(): OpenWriter {
    return this.#writer;
  }

  get position(): bigint {
    return this.#position;
  }

  /** Written since they were opened. */
  get events(): number {
    return this.#events;
  }

  /** @param position of the batch that `work` writes, `events` of them */
  write<T>(position: bigint, events: number, work: (views: OpenWriter) => Promise<T>): Promise<T> {
    return this.#turns.run(async () => {
      const done = await work(this.#writer);
      this.#position = position;
      this.#events += events;
      return done;
    });
  }

  /** Between two batches, so that nothing is written meanwhile: the log waits for `work`. */
  atRest<T>(work: (position: bigint) => Promise<T>): Promise<T> {
    return this.#turns.run(() => work(this.#position));
  }

  /** Goes on with others that are at the same position; only at rest. */
  async replaceBy(successor: ViewsSuccessor): Promise<void> {
    try {
      this.#writer = await successor.takeOver();
    } catch (error) {
      // Which of the two are live now is found out by opening them.
      this.#ended.abort(error);
      throw error;
    }
  }

  /** They stay open until `work` has ended, which it does soon once `signal` is aborted. */
  keepOpenFor(work: Promise<unknown>): void {
    this.#guests.add(work);
    const gone = (): void => void this.#guests.delete(work);
    work.then(gone, gone);
  }

  async close(): Promise<void> {
    this.#ended.abort(new Error('the views were closed'));
    await Promise.allSettled(this.#guests);
    await this.#writer.close();
  }
}

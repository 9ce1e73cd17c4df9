import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EventLogReader } from '@action-do/event-store';
import type { ViewsWriter } from '@action-do/views';
import { inBatches } from '../follow/in-batches.js';
import { Knowledge } from '../follow/knowledge.js';
import { VIEWED_STREAM_PREFIXES } from '../follow/stream-prefixes.js';
import { writeBatch } from '../follow/write-batch.js';
import type { Clock } from '../ports.js';
import { upTo } from './up-to.js';

type Filled = Pick<ViewsWriter, 'apply'>;

/** Fills views from the log as far as it is told, and does nothing else: no hint, no line of the log. */
export class ViewsFiller {
  readonly #knowledge: Knowledge;
  #position = 0n;
  #events = 0;

  private constructor(
    private readonly log: EventLogReader,
    private readonly views: Filled,
    private readonly clock: Clock,
  ) {
    this.#knowledge = new Knowledge(log);
  }

  /** For views that are empty. */
  static fromZero(log: EventLogReader, views: Filled, clock: Clock): ViewsFiller {
    return new ViewsFiller(log, views, clock);
  }

  /** For views that are filled up to somewhere. */
  static async goingOn(
    log: EventLogReader,
    views: Filled & Pick<ViewsWriter, 'checkpoint' | 'actions'>,
    clock: Clock,
  ): Promise<ViewsFiller> {
    const filler = new ViewsFiller(log, views, clock);
    filler.#position = (await views.checkpoint())?.position ?? 0n;
    filler.#knowledge.begin(await views.actions());
    return filler;
  }

  get position(): bigint {
    return this.#position;
  }

  /** Written so far. */
  get events(): number {
    return this.#events;
  }

  /**
   * Brings the views to exactly this position of the log.
   * @param target a position that the log has reached, not before ours
   * @throws StoreUnavailable, ViewsUnavailable, or why `signal` was aborted
   */
  async fillUpTo(target: bigint, signal: AbortSignal): Promise<void> {
    if (target === this.#position) return;
    const items = this.log.subscribe({
      after: this.#position,
      streamPrefixes: VIEWED_STREAM_PREFIXES,
      signal,
    });
    for await (const batch of inBatches(upTo(items, target), this.clock)) {
      await writeBatch(this.log.logId, this.views, this.#knowledge, batch);
      this.#position = batch.position;
      this.#events += batch.events.length;
      // An embedded engine answers without ever leaving the turn: the live views would have to wait for all of this.
      await nextTurn();
    }
    signal.throwIfAborted();
  }
}

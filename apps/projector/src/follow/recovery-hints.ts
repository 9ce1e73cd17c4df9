import { RecoverHint, systemSubjects } from '@action-do/contracts';
import type { Bus } from '@action-do/messaging';
import type { ViewsWriter } from '@action-do/views';
import type { Clock } from '../ports.js';
import { ToldStreams } from './told-streams.js';

/** Of one hint, as its schema has it. */
const STREAMS_MAX = 256;
/** The same stream is not told of again before this. */
const DUE_AGAIN_MS = 5_000;
/**
 * Orphans: those that were told may not be sure yet, or be at it for somebody who asks; or nobody may be there that can
 * perform it, for long.
 */
const ORPHANED_AGAIN_MS = [250, 250, 250, 250, 500, 1_000, 1_000, 5_000] as const;

const encoder = new TextEncoder();

/** Tells executors which executions seem due. They look at the streams and decide; a hint that is lost comes again. */
export class RecoveryHints {
  readonly #due = new ToldStreams([DUE_AGAIN_MS]);
  /** Of each by the executor that is dead: what is taken over and orphaned once more is told of at once. */
  readonly #orphaned = new ToldStreams(ORPHANED_AGAIN_MS);

  constructor(
    private readonly bus: Pick<Bus, 'publish'>,
    private readonly clock: Clock,
  ) {}

  /** Of what is due by its time. @returns how many streams were told  @throws ViewsUnavailable, BusClosed */
  async tell(views: Pick<ViewsWriter, 'due'>): Promise<number> {
    const nowMs = this.clock.nowMs();
    const due = await views.due(nowMs, STREAMS_MAX + this.#due.sizeAt(nowMs));
    const streams = this.#due.take([...new Set(due.map(({ stream }) => stream))], STREAMS_MAX, nowMs);
    return this.#publish({ streams });
  }

  /**
   * Of what runs with executors that are dead.
   * @param living all others
   * @returns how many streams were told  @throws ViewsUnavailable, BusClosed
   */
  async tellOfOrphans(views: Pick<ViewsWriter, 'heldByOthers'>, living: readonly string[]): Promise<number> {
    const nowMs = this.clock.nowMs();
    const rows = await views.heldByOthers(living, STREAMS_MAX + this.#orphaned.sizeAt(nowMs));
    const streamOf = new Map(rows.map((row) => [`${row.executor} ${row.stream}`, row.stream]));
    const told = this.#orphaned.take([...streamOf.keys()], STREAMS_MAX, nowMs);
    const streams = told.flatMap((orphan) => streamOf.get(orphan) ?? []);
    return this.#publish({ streams: [...new Set(streams)], orphaned: true });
  }

  #publish(hint: RecoverHint): number {
    const { length } = hint.streams;
    if (length > 0) this.bus.publish(systemSubjects.recover, encoder.encode(JSON.stringify(hint)));
    return length;
  }
}

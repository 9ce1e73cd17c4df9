import { RecoverHint, systemSubjects } from '@action-do/contracts';
import type { Bus } from '@action-do/messaging';
import type { OpenExecutionRow, ViewsWriter } from '@action-do/views';
import type { Clock } from '../ports.js';
import { ToldStreams } from './told-streams.js';

/** Of one hint, as its schema has it. */
const STREAMS_MAX = 256;
/** The same stream is not told of again before this. */
const DUE_AGAIN_MS = 5_000;
/** What dead executors left: those that were told may not be sure yet, or be at it for somebody who asked and left it. */
const LEFT_AGAIN_MS = [250, 250, 250, 250, 500, 1_000] as const;

const encoder = new TextEncoder();

/** Tells executors which executions seem due. They look at the streams and decide; a hint that is lost comes again. */
export class RecoveryHints {
  readonly #due = new ToldStreams([DUE_AGAIN_MS]);
  readonly #left = new ToldStreams(LEFT_AGAIN_MS);

  constructor(
    private readonly bus: Pick<Bus, 'publish'>,
    private readonly clock: Clock,
  ) {}

  /** Of what is due by its time. @returns how many streams were told  @throws ViewsUnavailable, BusClosed */
  async tell(views: Pick<ViewsWriter, 'due'>): Promise<number> {
    const nowMs = this.clock.nowMs();
    const due = await views.due(nowMs, STREAMS_MAX + this.#due.sizeAt(nowMs));
    return this.#tell(this.#due, due, nowMs, {});
  }

  /**
   * Of what runs with executors that are dead.
   * @param living all others
   * @returns how many streams were told  @throws ViewsUnavailable, BusClosed
   */
  async tellOfLeft(views: Pick<ViewsWriter, 'heldByOthers'>, living: readonly string[]): Promise<number> {
    const nowMs = this.clock.nowMs();
    const left = await views.heldByOthers(living, STREAMS_MAX + this.#left.sizeAt(nowMs));
    return this.#tell(this.#left, left, nowMs, { left: true });
  }

  #tell(
    told: ToldStreams,
    rows: readonly OpenExecutionRow[],
    nowMs: number,
    kind: Pick<RecoverHint, 'left'>,
  ): number {
    const streams = told.take([...new Set(rows.map(({ stream }) => stream))], STREAMS_MAX, nowMs);
    if (streams.length === 0) return 0;
    const hint: RecoverHint = { streams, ...kind };
    this.bus.publish(systemSubjects.recover, encoder.encode(JSON.stringify(hint)));
    return streams.length;
  }
}

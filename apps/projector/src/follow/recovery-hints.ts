import { RecoverHint, systemSubjects } from '@action-do/contracts';
import type { Bus } from '@action-do/messaging';
import type { ViewsWriter } from '@action-do/views';
import type { Clock } from '../ports.js';

/** Of one hint, as its schema has it. */
const STREAMS_MAX = 256;
/** The same stream is not told of again before this. */
const AGAIN_AFTER_MS = 5_000;
/** Streams remembered as told; the due ones among them are asked for besides, so that they hide no others. */
const TOLD_MAX = 4_096;

const encoder = new TextEncoder();

/** Tells executors which executions seem due. They look at the streams and decide; a hint that is lost comes again. */
export class RecoveryHints {
  readonly #toldAtMs = new Map<string, number>();

  constructor(
    private readonly bus: Pick<Bus, 'publish'>,
    private readonly clock: Clock,
  ) {}

  /** @returns how many streams were told  @throws ViewsUnavailable, BusClosed */
  async tell(views: Pick<ViewsWriter, 'due'>): Promise<number> {
    const nowMs = this.clock.nowMs();
    this.#forget(nowMs);
    const due = await views.due(nowMs, STREAMS_MAX + this.#toldAtMs.size);
    const streams = [...new Set(due.map(({ stream }) => stream))]
      .filter((stream) => !this.#toldAtMs.has(stream))
      .slice(0, Math.min(STREAMS_MAX, TOLD_MAX - this.#toldAtMs.size));
    if (streams.length === 0) return 0;
    for (const stream of streams) this.#toldAtMs.set(stream, nowMs);
    const hint: RecoverHint = { streams };
    this.bus.publish(systemSubjects.recover, encoder.encode(JSON.stringify(hint)));
    return streams.length;
  }

  #forget(nowMs: number): void {
    for (const [stream, atMs] of this.#toldAtMs) {
      if (atMs + AGAIN_AFTER_MS > nowMs) break;
      this.#toldAtMs.delete(stream);
    }
  }
}

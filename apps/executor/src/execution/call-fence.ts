import type { AttemptOutcome } from '@action-do/domain';
import type { SteadyClock } from '../ports.js';
import type { Loaded } from './execution-log.js';
import type { AttemptSettler } from './settle-attempt.js';

/** Of a log that takes longer each time than a process may stand still: then it is slow, and this process is not. */
const READS_MAX = 3;

/**
 * A process may stand still between the record of an attempt and its call. Others take it for dead then, ask the probe,
 * and begin the next attempt, or an operator settles it: a call after that is one too many. So what was recorded too long
 * ago to be sure of is read again before the handler is called.
 */
export class CallFence {
  constructor(
    private readonly settler: Pick<AttemptSettler, 'reload'>,
    private readonly clock: SteadyClock,
    /** After so long, milliseconds, the log may have gone on without this executor. */
    private readonly staleMs: number,
  ) {}

  isStale({ askedAtMs }: Loaded): boolean {
    return this.clock.monotonicMs() - askedAtMs > this.staleMs;
  }

  /** The stream as it is now. Waits for a store that is away. @throws StoreUnavailable this executor has stopped */
  async renew(from: Loaded): Promise<Loaded> {
    let loaded = from;
    for (let reads = 0; reads < READS_MAX && this.isStale(loaded); reads++)
      loaded = await this.settler.reload(loaded);
    return loaded;
  }
}

/** Whether an attempt that is recorded as begun is to be made: it runs, it is the newest, and nobody wants it away. */
export const isWanted = ({ state: { generation } }: Loaded, { state }: Loaded): boolean =>
  generation?.status === 'running' &&
  generation.request.generation === state.generation?.request.generation &&
  generation.attempt === state.generation.attempt &&
  generation.cancelRequestedAtMs === null;

/** No author's code was called, and none will be: where that still decides anything, it is the whole truth. */
export const NOT_CALLED: AttemptOutcome = {
  ok: false,
  error: { code: 'UNAVAILABLE', message: 'its executor did not come to call the handler' },
  effect: 'none',
  retryable: true,
  atOnce: true,
};

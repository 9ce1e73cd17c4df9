import { actionStream } from '@action-do/contracts';
import { isOpen } from '@action-do/domain';
import { StoreUnavailable } from '@action-do/event-store';
import type { Clock } from '../ports.js';
import type { Closing } from './closing.js';
import type { ExecutionLog, Loaded } from './execution-log.js';
import type { SettledNews } from './settled-news.js';
import type { SettledWaiters } from './settled-waiters.js';

/** How often a waiting caller looks into the stream of an execution that another process may hold. */
const LOOK_EVERY_MS = 1_000;
/** Callers that wait at once; one more is answered as things stand, without waiting. */
const WAITING_MAX = 10_000;

/** Waits until what goes on with the generation that `from` ends with is over, at most `waitMs`; gives what was seen last. */
export class OutcomeAwaiter {
  private waiting = 0;

  constructor(
    private readonly log: ExecutionLog,
    private readonly waiters: SettledWaiters,
    private readonly clock: Clock,
    private readonly closing: Closing,
    /** Of outcomes elsewhere; null where no other executor can have any. */
    private readonly news: Pick<SettledNews, 'listen'> | null = null,
  ) {}

  /**
   * With `begin`, the execution is ours: starts it once the wake-up is in place, so that no outcome is missed.
   * @param goesOn what is waited for to be over: by default, that it is open
   */
  async wait(from: Loaded, waitMs: number, begin?: () => void, goesOn: GoesOn = stillOpen): Promise<Loaded> {
    const mayWaitMs = this.closing.draining || this.waiting >= WAITING_MAX ? 0 : Math.max(0, waitMs);
    const until = this.clock.nowMs() + mayWaitMs;
    const generation = generationOf(from);
    let sleep = this.sleep(from, mayWaitMs);
    const stopListening = begin || mayWaitMs === 0 || !goesOn(from) ? null : this.listen(from);
    this.waiting++;
    try {
      let seen = from;
      if (begin) begin();
      else seen = await this.look(from, generation);
      while (goesOn(seen)) {
        const settled = await sleep.ended;
        if (settled && generationOf(settled) === generation && !goesOn(settled)) return settled;
        const leftMs = until - this.clock.nowMs();
        if (leftMs <= 0 || this.closing.draining) return seen;
        sleep = this.sleep(from, leftMs);
        seen = await this.look(seen, generation);
      }
      return seen;
    } finally {
      this.waiting--;
      stopListening?.();
      sleep.callOff();
    }
  }

  /** Before the first look, so that what is settled after that is heard of. */
  private listen(from: Loaded): (() => void) | null {
    if (this.news === null) return null;
    return this.news.listen(from, () => this.waiters.wake(actionStream(from.tenant, from.scope)));
  }

  /** Where the store is out of reach, what was seen before: the execution is recorded, and that is no refusal. */
  private async look(seen: Loaded, generation: number): Promise<Loaded> {
    try {
      return await this.log.load(seen.tenant, seen.scope, generation);
    } catch (error) {
      if (error instanceof StoreUnavailable) return seen;
      throw error;
    }
  }

  /** Ends when somebody settles the execution, or when it is time to look again. */
  private sleep(
    { tenant, scope }: Loaded,
    leftMs: number,
  ): { ended: Promise<Loaded | null>; callOff: () => void } {
    let resolve: (loaded: Loaded | null) => void = () => {};
    const ended = new Promise<Loaded | null>((given) => {
      resolve = given;
    });
    const end = (loaded: Loaded | null): void => {
      forget();
      callOffTimer();
      resolve(loaded);
    };
    const forget = this.waiters.register(actionStream(tenant, scope), end);
    const callOffTimer = this.clock.after(Math.min(leftMs, LOOK_EVERY_MS), () => end(null));
    return { ended, callOff: () => end(null) };
  }
}

const generationOf = ({ state }: Loaded): number => state.generation?.request.generation ?? 0;

export type GoesOn = (loaded: Loaded) => boolean;

const stillOpen: GoesOn = ({ state }) => state.generation !== null && isOpen(state.generation);

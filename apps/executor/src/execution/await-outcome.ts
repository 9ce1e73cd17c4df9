import { actionStream } from '@action-do/contracts';
import { isOpen } from '@action-do/domain';
import type { Clock } from '../ports.js';
import type { ExecutionLog, Loaded } from './execution-log.js';
import type { SettledWaiters } from './settled-waiters.js';

/** How often a waiting caller looks into the stream of an execution that another process may hold. */
const LOOK_EVERY_MS = 1_000;

/** Waits until the generation that `from` ends with is no longer open, at most `waitMs`; gives what was seen last. */
export class OutcomeAwaiter {
  constructor(
    private readonly log: ExecutionLog,
    private readonly waiters: SettledWaiters,
    private readonly clock: Clock,
  ) {}

  /** With `begin`, the execution is ours: starts it once the wake-up is in place, so that no outcome is missed. */
  async wait(from: Loaded, waitMs: number, begin?: () => void): Promise<Loaded> {
    const until = this.clock.nowMs() + waitMs;
    const generation = generationOf(from);
    let woken = this.sleepUntilSettled(from, waitMs);
    let seen = from;
    if (begin) begin();
    else seen = await this.log.load(from.tenant, from.scope, generation);
    while (stillOpen(seen)) {
      const settled = await woken.settled;
      if (settled && generationOf(settled) === generation) return settled;
      const leftMs = until - this.clock.nowMs();
      if (leftMs <= 0) return seen;
      woken = this.sleepUntilSettled(from, leftMs);
      seen = await this.log.load(from.tenant, from.scope, generation);
    }
    woken.callOff();
    return seen;
  }

  private sleepUntilSettled(
    { tenant, scope }: Loaded,
    leftMs: number,
  ): { settled: Promise<Loaded | null>; callOff: () => void } {
    let end: (loaded: Loaded | null) => void = () => {};
    const settled = new Promise<Loaded | null>((resolve) => {
      end = resolve;
    });
    const forget = this.waiters.register(actionStream(tenant, scope), (loaded) => finish(loaded));
    const callOffTimer = this.clock.after(Math.min(leftMs, LOOK_EVERY_MS), () => finish(null));
    const finish = (loaded: Loaded | null): void => {
      forget();
      callOffTimer();
      end(loaded);
    };
    return { settled, callOff: () => finish(null) };
  }
}

const generationOf = ({ state }: Loaded): number => state.generation?.request.generation ?? 0;

const stillOpen = ({ state }: Loaded): boolean => state.generation !== null && isOpen(state.generation);

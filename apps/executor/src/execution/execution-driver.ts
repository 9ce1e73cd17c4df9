import { actionStream } from '@action-do/contracts';
import { type AttemptOutcome, decideStart, type Generation } from '@action-do/domain';
import { type Clock, type Log, pause } from '../ports.js';
import type { ActionRegistry } from '../registry/action-registry.js';
import type { Admission } from './admission.js';
import type { ExecutionLog, Loaded } from './execution-log.js';
import { type Requester, SYSTEM } from './execution-record.js';
import { type Attempt, runAttempt } from './run-attempt.js';
import type { AttemptSettler } from './settle-attempt.js';
import type { SettledWaiters } from './settled-waiters.js';
import type { Slot, Slots } from './slots.js';

/**
 * Takes the executions that this executor holds to their end: attempt after attempt, until the generation is closed,
 * parked as unknown, or somebody else's.
 *
 * A handler is called only after its ActionStarted is durable, and only by whoever appended it (I2). What every
 * attempt came to is recorded, even where it ends after it was given up.
 */
export class ExecutionDriver {
  private readonly pausing = new Map<string, AbortController>();

  constructor(
    private readonly log: ExecutionLog,
    private readonly settler: AttemptSettler,
    private readonly registry: ActionRegistry,
    private readonly slots: Slots,
    private readonly waiters: SettledWaiters,
    private readonly clock: Clock,
    private readonly logger: Log,
  ) {}

  /**
   * Never rejects: what goes wrong here is our bug, is logged, and leaves the execution open for the next recovery.
   * @param slot held already where `from` ends with an ActionStarted of ours; null = waiting for its (next) attempt
   */
  async drive(from: Loaded, admission: Admission, slot: Slot | null): Promise<void> {
    let loaded = from;
    let held = slot;
    try {
      for (;;) {
        if (held === null) {
          ({ loaded, slot: held } = await this.begin(loaded));
          if (held === null) return;
        }
        loaded = await this.attempt(loaded);
        held.release();
        held = null;
        if (!isWaitingForUs(loaded, from)) return;
      }
    } catch (error) {
      this.logger.error({ err: error, stream: streamOf(from) }, 'an execution was left open');
    } finally {
      held?.release();
      admission.leave();
      this.waiters.notify(streamOf(loaded), loaded);
    }
  }

  /** Waits until the next attempt is due and a slot is free, then begins it; no slot = there was nothing to begin. */
  private async begin(from: Loaded): Promise<{ loaded: Loaded; slot: Slot | null }> {
    const { request, nextAttemptAtMs } = generationOf(from);
    if (nextAttemptAtMs !== null) await this.pauseUntil(streamOf(from), nextAttemptAtMs);
    const slot = await this.slots.take();
    try {
      const { loaded, events } = await this.settler.append(
        from,
        from.requester ?? SYSTEM,
        async ({ state }) => {
          const command = {
            generation: request.generation,
            executor: this.log.executor,
            nowMs: this.clock.nowMs(),
          };
          return decideStart(state, command).events;
        },
      );
      if (events.some(({ type }) => type === 'ActionStarted')) return { loaded, slot };
      slot.release();
      return { loaded, slot: null };
    } catch (error) {
      slot.release();
      throw error;
    }
  }

  private async attempt(from: Loaded): Promise<Loaded> {
    const { request, attempt: number } = generationOf(from);
    const requester = from.requester ?? SYSTEM;
    const action = this.registry.find(request.action, request.version);
    if (action === null)
      return this.settler.settle(
        from,
        { request, scope: from.scope, attempt: number },
        NO_HANDLER,
        requester,
      );
    const attempt: Attempt = { action, request, scope: from.scope, attempt: number };
    const running = runAttempt(attempt, this.clock, this.logger);
    const outcome = await running.outcome;
    const settled = await this.settler.settle(from, attempt, outcome, requester);
    if (running.timedOut()) void running.end.then((end) => this.settleLate(settled, attempt, end, requester));
    return settled;
  }

  /** The attempt was given up and has now ended after all: its outcome counts as long as nobody began another. */
  private async settleLate(
    from: Loaded,
    attempt: Attempt,
    outcome: AttemptOutcome,
    requester: Requester,
  ): Promise<void> {
    try {
      const loaded = await this.settler.settle(from, attempt, outcome, requester);
      this.waiters.notify(streamOf(loaded), loaded);
      this.pausing.get(streamOf(loaded))?.abort();
    } catch (error) {
      this.logger.error({ err: error, stream: streamOf(from) }, 'a late outcome was not recorded');
    }
  }

  private async pauseUntil(stream: string, atMs: number): Promise<void> {
    const waker = new AbortController();
    this.pausing.set(stream, waker);
    await pause(this.clock, atMs - this.clock.nowMs(), waker.signal);
    this.pausing.delete(stream);
  }
}

/** Row 18b: known only after the claim. Nothing was done, so every class may wait for a handler to come back. */
const NO_HANDLER: AttemptOutcome = {
  ok: false,
  error: { code: 'NO_HANDLER', message: 'nothing is running that could perform the action' },
  effect: 'none',
  retryable: true,
};

const streamOf = ({ tenant, scope }: Loaded): string => actionStream(tenant, scope);

function generationOf({ state, scope }: Loaded): Generation {
  if (state.generation === null) throw new Error(`nothing was ever requested of ${scope}`);
  return state.generation;
}

const isWaitingForUs = (loaded: Loaded, from: Loaded): boolean =>
  loaded.state.generation?.status === 'retrying' &&
  loaded.state.generation.request.generation === generationOf(from).request.generation;

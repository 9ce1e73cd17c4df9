import { actionStream, executionId } from '@action-do/contracts';
import { type AttemptOutcome, decideStart, type Generation, isStillMine } from '@action-do/domain';
import { InFlight } from '@action-do/messaging';
import type { AttemptUnderWay } from '../lease/lost-attempts.js';
import { type Clock, type Log, pause } from '../ports.js';
import type { ActionRegistry } from '../registry/action-registry.js';
import type { ActionLookup } from '../registry/look-up-action.js';
import { laneOf, type RegisteredAction } from '../registry/registered-action.js';
import { NO_HANDLER } from '../remote/outcomes.js';
import type { Admission } from './admission.js';
import type { PerformerAwaiter } from './await-performer.js';
import { awaitSlot, recordable } from './await-slot.js';
import { type CallFence, isWanted, NOT_CALLED } from './call-fence.js';
import type { Closing } from './closing.js';
import type { ExecutionLog, Loaded } from './execution-log.js';
import { type Requester, SYSTEM } from './execution-record.js';
import { type Attempt, adoptAttempt, type RunningAttempt, runAttempt } from './run-attempt.js';
import type { AttemptSettler } from './settle-attempt.js';
import type { SettledWaiters } from './settled-waiters.js';
import type { Slot, Slots } from './slots.js';

/** An attempt of this executor; not running until somebody is found who performs it. */
interface Held {
  from: Loaded;
  running: RunningAttempt | null;
  isCancelled: boolean;
}

export interface ExecutionDriverParts {
  readonly log: ExecutionLog;
  readonly settler: AttemptSettler;
  readonly registry: ActionRegistry;
  readonly lookup: ActionLookup;
  readonly performers: PerformerAwaiter;
  readonly slots: Slots;
  readonly waiters: SettledWaiters;
  readonly clock: Clock;
  readonly logger: Log;
  readonly closing: Closing;
  readonly fence: CallFence;
}

/**
 * Takes the executions that this executor holds to their end: attempt after attempt, until the generation is closed,
 * parked as unknown, or somebody else's.
 *
 * A handler is called only after its ActionStarted is durable, and only by whoever appended it (I2). What every
 * attempt came to is recorded, even where it ends after it was given up. While the executor drains no attempt is
 * begun; one that is recorded as begun is made.
 */
export class ExecutionDriver {
  /** Executions of which an attempt is recorded as begun, and not yet as ended: bounded as what is admitted. */
  private readonly attempting = new InFlight<string, Held>();
  /** By execution. */
  private readonly pausing = new Map<string, AbortController>();

  constructor(private readonly parts: ExecutionDriverParts) {}

  /**
   * Never rejects: what goes wrong here is our bug, is logged, and leaves the execution open for the next start.
   * @param slot held already where `from` ends with an ActionStarted of ours; null = waiting for its (next) attempt
   * @param begun `adopted`: of another executor, which is dead, but the attempt goes on elsewhere
   */
  async drive(
    from: Loaded,
    admission: Admission,
    slot: Slot | null,
    begun: 'here' | 'adopted' = 'here',
  ): Promise<void> {
    let loaded = from;
    let held = slot;
    let failed = false;
    let adopted = begun === 'adopted';
    try {
      for (;;) {
        if (held === null) {
          ({ loaded, slot: held } = await this.begin(loaded, admission));
          if (held === null && isWaiting(loaded, from) && !this.parts.closing.draining) continue;
          if (held === null) return;
        }
        const id = idOf(loaded);
        const holding: Held = { from: loaded, running: null, isCancelled: false };
        this.attempting.set(id, holding);
        loaded = await this.attempt(holding, held, adopted);
        this.attempting.delete(id);
        held = null;
        adopted = false;
        if (!isWaiting(loaded, from)) return;
      }
    } catch (error) {
      failed = true;
      this.parts.logger.error({ err: error, stream: streamOf(from) }, 'an execution was left open');
    } finally {
      held?.release();
      if (failed || isWaiting(loaded, from)) admission.abandon();
      else admission.leave();
      this.parts.waiters.notify(streamOf(loaded), loaded);
    }
  }

  /** Records what an attempt of a dead executor comes to elsewhere after it was parked. Not waited for, and holds nothing. */
  overhear(parked: Loaded, attempt: Attempt): void {
    const { elsewhere } = attempt.action.performer;
    void elsewhere
      ?.overhear(attempt)
      .then((end) => end && this.settleLate(parked, attempt, end, parked.requester ?? SYSTEM));
  }

  /** Ids of executions whose attempt has not ended, or whose end is not recorded. */
  running(): string[] {
    return this.attempting.keys();
  }

  /**
   * A cancel of this execution was recorded: an attempt under way is told, and what waits for one looks again. Best
   * effort: whatever is missed here, the log says to whoever records the end of the attempt, or would begin the next.
   */
  cancel(executionId: string): void {
    const held = this.attempting.get(executionId);
    if (held !== undefined) held.isCancelled = true;
    held?.running?.cancel();
    this.pausing.get(executionId)?.abort();
  }

  underWay(): AttemptUnderWay[] {
    return this.attempting.values().flatMap(({ from, running }) => {
      if (running === null) return [];
      const { request, attempt } = generationOf(from);
      return [
        {
          from,
          executionId: idOf(from),
          attempt,
          isStillMine: (state) => isStillMine(state, { generation: request.generation, attempt }),
          abort: () => running.abort('another executor has taken the execution over'),
        },
      ];
    });
  }

  /** Wakes what waits for its next attempt: while the executor drains, that ends it. */
  wakeAll(): void {
    for (const waker of this.pausing.values()) waker.abort();
  }

  /**
   * Waits until the next attempt is due and a slot is free, then begins it. Where there is none before its deadline, or a
   * cancel, that ends it.
   * @returns no slot = nothing was begun
   */
  private async begin(from: Loaded, admission: Admission): Promise<{ loaded: Loaded; slot: Slot | null }> {
    const { request, nextAttemptAtMs } = generationOf(from);
    const waker = this.wakerOf(from);
    if (nextAttemptAtMs !== null)
      await pause(this.parts.clock, nextAttemptAtMs - this.parts.clock.nowMs(), waker.signal);
    await this.parts.performers.wait(from, waker.signal);
    const lane = laneOf(this.parts.registry.find(from.tenant, request.action, request.version));
    admission.countIn(lane);
    const { slots, clock } = this.parts;
    const slot = await awaitSlot(slots, lane, clock, request.deadlineAtMs, waker.signal);
    waker.done();
    let begun = false;
    try {
      if (this.parts.closing.draining) return { loaded: from, slot: null };
      const { loaded, events } = await this.parts.settler.append(
        // What ended the waiting may be in the log only.
        slot === null ? await this.parts.settler.reload(from) : from,
        from.requester ?? SYSTEM,
        async ({ state }) => {
          const command = {
            generation: request.generation,
            executor: this.parts.log.executor,
            nowMs: this.parts.clock.nowMs(),
          };
          return recordable(slot, decideStart(state, command).events);
        },
      );
      begun = events.some(({ type }) => type === 'ActionStarted');
      return { loaded, slot: begun ? slot : null };
    } finally {
      if (!begun) slot?.release();
    }
  }

  /** Gives the slot back where it comes to its end; where it throws, the slot is still the caller's. */
  private async attempt(holding: Held, slot: Slot, adopted: boolean): Promise<Loaded> {
    const { from: begun } = holding;
    const { request, attempt: number, attemptStartedAtMs } = generationOf(begun);
    const { scope } = begun;
    const requester = begun.requester ?? SYSTEM;
    const known = this.parts.registry.find(begun.tenant, request.action, request.version);
    const isHere = known !== null && known.performer.elsewhere === undefined;
    const action = isHere ? known : await this.lookUp(begun);
    if (!adopted && this.parts.fence.isStale(begun)) holding.from = await this.parts.fence.renew(begun);
    let { from } = holding;
    const isStale = from !== begun && !isWanted(from, begun);
    const isOff = !adopted && (isStale || holding.isCancelled || this.parts.closing.over);
    if (action === null || isOff) {
      const nobody = { request, scope, attempt: number };
      const settled = await this.parts.settler.settle(
        from,
        nobody,
        isOff ? NOT_CALLED : NO_HANDLER,
        requester,
      );
      slot.release();
      return settled;
    }
    const { traceparent } = requester;
    const isStillWanted = (): Promise<boolean> => this.isStillWanted(holding, begun);
    const attempt: Attempt = { action, request, scope, attempt: number, traceparent, isStillWanted };
    const running = adopted
      ? adoptAttempt(attempt, attemptStartedAtMs ?? request.atMs, this.parts.clock, this.parts.logger)
      : runAttempt(attempt, this.parts.clock, this.parts.logger);
    holding.running = running;
    if (holding.isCancelled) running.cancel();
    const outcome = await running.outcome;
    ({ from } = holding);
    const settled = await this.parts.settler.settle(from, attempt, outcome, requester);
    if (running.givenUp()) {
      // What goes on in another process takes nothing of this one but an open request, and those have a bound.
      if (action.performer.elsewhere) slot.release();
      else this.parts.slots.giveBackOverdue(slot, running.end);
      void running.end.then((end) => end && this.settleLate(settled, attempt, end, requester));
    } else slot.release();
    return settled;
  }

  /** As before the performer was told, now that it is about to tell an author. */
  private async isStillWanted(holding: Held, begun: Loaded): Promise<boolean> {
    if (this.parts.fence.isStale(holding.from)) holding.from = await this.parts.fence.renew(holding.from);
    return !holding.isCancelled && isWanted(holding.from, begun);
  }

  /** Null also where the log cannot be read: then the attempt did nothing, and there is another one. */
  private async lookUp(from: Loaded): Promise<RegisteredAction | null> {
    const { action, version } = generationOf(from).request;
    return this.parts.lookup.findKnown(from.tenant, action, version).catch((error: unknown) => {
      this.parts.logger.warn({ err: error, action, version }, 'the contract of an action cannot be read');
      return null;
    });
  }

  /** The attempt was given up and has now ended after all: its outcome counts as long as nobody began another. */
  private async settleLate(
    from: Loaded,
    attempt: Attempt,
    outcome: AttemptOutcome,
    requester: Requester,
  ): Promise<void> {
    try {
      const loaded = await this.parts.settler.settle(from, attempt, outcome, requester);
      this.parts.waiters.notify(streamOf(loaded), loaded);
      // Only where it closed the execution: a backoff that still counts is waited out.
      if (!isWaiting(loaded, from)) this.pausing.get(idOf(from))?.abort();
    } catch (error) {
      this.parts.logger.error({ err: error, stream: streamOf(from) }, 'a late outcome was not recorded');
    }
  }

  /** Ends the waiting before an attempt: when the executor drains, or a late outcome closed the execution. */
  private wakerOf(from: Loaded): { readonly signal: AbortSignal; done(): void } {
    const id = idOf(from);
    const waker = new AbortController();
    if (this.parts.closing.draining) waker.abort();
    this.pausing.set(id, waker);
    return {
      signal: waker.signal,
      done: () => {
        if (this.pausing.get(id) === waker) this.pausing.delete(id);
      },
    };
  }
}

const streamOf = ({ tenant, scope }: Loaded): string => actionStream(tenant, scope);

const idOf = (loaded: Loaded): string => executionId(loaded.scope, generationOf(loaded).request.generation);

function generationOf({ state, scope }: Loaded): Generation {
  if (state.generation === null) throw new Error(`nothing was ever requested of ${scope}`);
  return state.generation;
}

/** Whether the generation that `from` ends with waits for its (next) attempt. */
const isWaiting = ({ state }: Loaded, from: Loaded): boolean =>
  (state.generation?.status === 'retrying' || state.generation?.status === 'pending') &&
  state.generation.request.generation === generationOf(from).request.generation;

import { executionId } from '@action-do/contracts';
import { type AttemptOutcome, decideUndoEnd, decideUndoTakeover, type UndoOutcome } from '@action-do/domain';
import type { Admission, Admissions } from '../execution/admission.js';
import type { PerformerAwaiter } from '../execution/await-performer.js';
import type { Closing } from '../execution/closing.js';
import type { ExecutionLog, Loaded } from '../execution/execution-log.js';
import { type Requester, SYSTEM } from '../execution/execution-record.js';
import { runUndo } from '../execution/run-attempt.js';
import type { AttemptSettler } from '../execution/settle-attempt.js';
import type { SettledWaiters } from '../execution/settled-waiters.js';
import type { Slot, Slots } from '../execution/slots.js';
import type { Others } from '../lease/lease.js';
import { type Chance, type Clock, type Log, pause } from '../ports.js';
import type { ActionLookup } from '../registry/look-up-action.js';
import { NO_HANDLER } from '../remote/outcomes.js';
import { endsAtMs, streamOf, type Undoing, undoingOf, undoRequest } from './undoing.js';

/**
 * Takes the undos that this executor holds to their end: attempt after attempt, until the execution is undone, or its
 * attempts are used up. Undos take slots as attempts do, and are admitted as executions are.
 *
 *  U1 the author's undo is called only behind a durable ActionUndoRequested, and with the same key each time;
 *  U2 one that succeeded is recorded, even where it was given up meanwhile, or taken up by somebody else.
 */
export class UndoDriver {
  private readonly pausing = new Set<AbortController>();

  constructor(
    private readonly log: ExecutionLog,
    private readonly settler: AttemptSettler,
    private readonly lookup: ActionLookup,
    private readonly performers: PerformerAwaiter,
    private readonly admissions: Admissions,
    private readonly slots: Slots,
    private readonly waiters: SettledWaiters,
    private readonly clock: Clock,
    private readonly chance: Chance,
    private readonly logger: Log,
    private readonly closing: Closing,
    /** Who shares the log; null where nobody does. */
    private readonly others: Others | null,
  ) {}

  /** Never rejects: what goes wrong here is our bug, is logged, and leaves the undo for recovery. */
  async drive(from: Loaded, admission: Admission, requester: Requester): Promise<void> {
    let loaded = from;
    let failed = false;
    try {
      for (let undoing = undoingOf(loaded); undoing; undoing = undoingOf(loaded)) {
        const slot = await this.begin(loaded, undoing);
        if (slot === null) return;
        loaded = await this.attempt(loaded, undoing, slot, requester);
      }
      this.tell(loaded);
    } catch (error) {
      failed = true;
      this.logger.error({ err: error, stream: streamOf(from) }, 'an undo was left open');
    } finally {
      if (failed || undoingOf(loaded)) admission.abandon();
      else admission.leave();
      this.waiters.notify(streamOf(loaded), loaded);
    }
  }

  /**
   * Goes on with an undo that was found in the log and is not held here.
   * @returns whether there was one to go on with; null where nothing is being undone
   */
  async takeUp(from: Loaded): Promise<boolean | null> {
    const undoing = undoingOf(from);
    if (undoing === null) return null;
    if (this.isHeldByLiving(undoing)) return false;
    // What this executor cannot undo, another one can.
    if (this.others !== null && (await this.find(from, undoing)) === null) return false;
    const stream = streamOf(from);
    if (this.closing.draining || this.admissions.isHeld(stream)) return false;
    void this.takeOver(from, this.admissions.enterAnyway(stream));
    return true;
  }

  /** Wakes what waits for its next attempt: while the executor drains, that ends it. */
  wakeAll(): void {
    for (const waker of this.pausing) waker.abort();
  }

  private async takeOver(from: Loaded, admission: Admission): Promise<void> {
    try {
      const { executor } = this.log;
      const { loaded } = await this.settler.append(from, SYSTEM, async ({ state }) => {
        const decision = decideUndoTakeover(state, { executor, nowMs: this.clock.nowMs() });
        return decision.kind === 'append' ? decision.events : [];
      });
      await this.drive(loaded, admission, SYSTEM);
    } catch (error) {
      admission.abandon();
      this.logger.error({ err: error, stream: streamOf(from) }, 'an undo could not be taken up');
    }
  }

  /** Or may be. */
  private isHeldByLiving({ undo: { executor } }: Undoing): boolean {
    if (executor === null || executor === this.log.executor) return false;
    return this.others?.mayLive(executor) ?? false;
  }

  /** Waits until the next attempt is due and a slot is free; null while the executor drains. */
  private async begin(from: Loaded, undoing: Undoing): Promise<Slot | null> {
    const waker = new AbortController();
    if (this.closing.draining) waker.abort();
    this.pausing.add(waker);
    await pause(this.clock, undoing.dueAtMs - this.clock.nowMs(), waker.signal);
    await this.performers.wait(from, waker.signal, endsAtMs(undoing));
    this.pausing.delete(waker);
    const slot = await this.slots.take();
    if (!this.closing.draining) return slot;
    slot.release();
    return null;
  }

  private async attempt(from: Loaded, undoing: Undoing, slot: Slot, requester: Requester): Promise<Loaded> {
    let release = (): void => slot.release();
    try {
      const { generation, undo } = undoing;
      const action = await this.find(from, undoing).catch(() => null);
      if (action === null) return await this.settle(from, undoing, NO_HANDLER, requester);
      const { scope, requester: caller } = from;
      const request = undoRequest(from, undoing);
      const attempt = {
        action,
        request,
        scope,
        attempt: undo.failures + 1,
        traceparent: caller?.traceparent,
      };
      const result = generation.outcome?.ok ? generation.outcome.result : null;
      const running = runUndo(attempt, result, this.clock, this.logger);
      const outcome = await running.outcome;
      if (running.givenUp()) {
        release = () => this.slots.giveBackOverdue(slot, running.end);
        void running.end.then(async (end) => {
          if (end?.ok) await this.settleLate(from, undoing, requester);
        });
      }
      return await this.settle(from, undoing, outcome, requester);
    } finally {
      release();
    }
  }

  private async settle(
    from: Loaded,
    { generation, undo }: Undoing,
    outcome: AttemptOutcome,
    requester: Requester,
  ): Promise<Loaded> {
    const { loaded } = await this.settler.append(from, requester, async ({ state }) =>
      decideUndoEnd(state, {
        generation: generation.request.generation,
        attempt: undo.failures + 1,
        requestedAtMs: undo.requestedAtMs,
        outcome: toUndoOutcome(outcome),
        nowMs: this.clock.nowMs(),
        random: this.chance.random(),
      }),
    );
    return loaded;
  }

  /** U2. The next attempt may be made in vain: it bears that. */
  private async settleLate(from: Loaded, undoing: Undoing, requester: Requester): Promise<void> {
    try {
      const loaded = await this.settle(from, undoing, { ok: true, result: null }, requester);
      this.waiters.notify(streamOf(loaded), loaded);
    } catch (error) {
      this.logger.error({ err: error, stream: streamOf(from) }, 'the late end of an undo was not recorded');
    }
  }

  private find({ tenant }: Loaded, { generation }: Undoing) {
    const { action, version } = generation.request;
    return this.lookup.findKnown(tenant, action, version);
  }

  private tell({ scope, state }: Loaded): void {
    if (state.generation === null) return;
    const { request, status, undo } = state.generation;
    const fields = {
      executionId: executionId(scope, request.generation),
      action: request.action,
      version: request.version,
      attempts: (undo?.failures ?? 0) + Number(status === 'undone'),
      ...(status === 'undone' ? {} : { errorCode: undo?.lastError?.code }),
    };
    this.logger.info(fields, status === 'undone' ? 'execution undone' : 'undoing an execution failed');
  }
}

const toUndoOutcome = (outcome: AttemptOutcome): UndoOutcome =>
  outcome.ok ? { ok: true } : { ok: false, error: outcome.error, retryable: outcome.retryable };

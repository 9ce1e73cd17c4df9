import { type AttemptOutcome, decideUndoEnd, decideUndoStart, isNewestUndo } from '@action-do/domain';
import { InFlight } from '@action-do/messaging';
import type { Admission } from '../execution/admission.js';
import type { PerformerAwaiter } from '../execution/await-performer.js';
import { awaitSlot, recordable } from '../execution/await-slot.js';
import type { CallFence } from '../execution/call-fence.js';
import type { Closing } from '../execution/closing.js';
import type { ExecutionLog, Loaded } from '../execution/execution-log.js';
import type { Requester } from '../execution/execution-record.js';
import { type RunningAttempt, runUndo } from '../execution/run-attempt.js';
import type { AttemptSettler } from '../execution/settle-attempt.js';
import type { SettledWaiters } from '../execution/settled-waiters.js';
import type { Slot, Slots } from '../execution/slots.js';
import type { AttemptUnderWay } from '../lease/lost-attempts.js';
import { type Chance, type Clock, type Log, pause } from '../ports.js';
import type { ActionLookup } from '../registry/look-up-action.js';
import { NO_HANDLER } from '../remote/outcomes.js';
import { endsAtMs, idOf, streamOf, type Undoing, undoingOf, undoRequest, waitingUndoOf } from './undoing.js';

/** One attempt to undo that this executor began. */
interface Held {
  readonly from: Loaded;
  readonly undoing: Undoing;
  /** Null until the author's undo is called. */
  running: RunningAttempt | null;
}

const notCalled = (code: 'TIMED_OUT' | 'LEASE_LOST' | 'UNAVAILABLE', message: string): AttemptOutcome => ({
  ok: false,
  error: { code, message },
  effect: 'none',
  retryable: code !== 'TIMED_OUT',
});
const TOO_LATE = notCalled('TIMED_OUT', 'the deadline passed before the undo was called');
const NOT_MINE = notCalled('LEASE_LOST', 'it was undone, or taken over, before the undo was called');
const NOT_SEEN = notCalled('UNAVAILABLE', 'the log could not be read before the undo was called');

export interface UndoDriverParts {
  readonly log: ExecutionLog;
  readonly settler: AttemptSettler;
  readonly lookup: ActionLookup;
  readonly performers: PerformerAwaiter;
  readonly slots: Slots;
  readonly waiters: SettledWaiters;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly logger: Log;
  readonly closing: Closing;
  readonly fence: CallFence;
}

/**
 * Takes undos to their end: attempt after attempt, until the execution is undone, or the attempts are used up. Undos
 * take slots as attempts do, and are admitted as executions are.
 *
 *  U1 the author's undo is called only behind a durable ActionUndoStarted that names this executor, once for each, with
 *     the same key each time, and neither behind the undo's deadline nor behind an ActionUndone. Whoever performs it looks
 *     again where it took time to come to the call;
 *  U2 one that succeeded is recorded, even where it was given up meanwhile, or taken up by somebody else.
 */
export class UndoDriver {
  private readonly pausing = new Set<AbortController>();
  /** Attempts that are recorded as begun, and not yet as ended: bounded by the slots. */
  private readonly attempting = new InFlight<string, Held>();

  constructor(private readonly parts: UndoDriverParts) {}

  /**
   * Never rejects: what goes wrong here is our bug, is logged, and leaves the undo for recovery.
   * @param slot held already where `from` ends with an ActionUndoStarted of ours; null = waiting for its (next) attempt
   */
  async drive(from: Loaded, admission: Admission, slot: Slot | null, requester: Requester): Promise<void> {
    let loaded = from;
    let held = slot;
    let failed = false;
    try {
      while (held !== null || (waitingUndoOf(loaded) && !this.parts.closing.draining)) {
        if (held === null) ({ loaded, slot: held } = await this.begin(loaded, requester));
        if (held === null) continue;
        const mine: Slot = held;
        held = null;
        loaded = await this.attempt(loaded, mine, requester);
      }
      this.tell(loaded);
    } catch (error) {
      failed = true;
      this.parts.logger.error({ err: error, stream: streamOf(from) }, 'an undo was left open');
    } finally {
      if (failed || waitingUndoOf(loaded)) admission.abandon();
      else admission.leave();
      this.parts.waiters.notify(streamOf(loaded), loaded);
    }
  }

  /** Ids of executions whose attempt to undo has not ended, or whose end is not recorded. */
  running(): string[] {
    return this.attempting.keys();
  }

  underWay(): AttemptUnderWay[] {
    return this.attempting.values().flatMap(({ from, undoing, running }) =>
      running === null
        ? []
        : [
            {
              from,
              executionId: idOf(from, undoing),
              attempt: undoing.undo.attempt,
              isStillMine: (state) => isNewestUndo(state, nameOf(undoing)),
              abort: () => running.abort('another executor has taken the undo over'),
            },
          ],
    );
  }

  /** Wakes what waits for its next attempt: while the executor drains, that ends it. */
  wakeAll(): void {
    for (const waker of this.pausing) waker.abort();
  }

  /**
   * Waits until the next attempt is due and a slot is free, then begins it. No slot: somebody else did, or there is none to
   * come (any more), or none was free before the undo's deadline, or the executor drains.
   */
  private async begin(from: Loaded, requester: Requester): Promise<{ loaded: Loaded; slot: Slot | null }> {
    const undoing = waitingUndoOf(from);
    if (undoing === null) return { loaded: from, slot: null };
    const { generation, undo } = undoing;
    const waker = new AbortController();
    if (this.parts.closing.draining) waker.abort();
    this.pausing.add(waker);
    const dueInMs = (undo.nextAttemptAtMs ?? 0) - this.parts.clock.nowMs();
    await pause(this.parts.clock, dueInMs, waker.signal);
    await this.parts.performers.wait(from, waker.signal, endsAtMs(undoing));
    const { slots, clock, settler } = this.parts;
    const slot = await awaitSlot(slots, null, clock, endsAtMs(undoing), waker.signal);
    this.pausing.delete(waker);
    let begun = false;
    try {
      if (this.parts.closing.draining) return { loaded: from, slot: null };
      const next = { generation: generation.request.generation, attempt: undo.attempt + 1 };
      const { executor } = this.parts.log;
      const { loaded, events } = await settler.append(from, requester, async ({ state }) => {
        const decided = decideUndoStart(state, { ...next, executor, nowMs: clock.nowMs() });
        return recordable(slot, decided);
      });
      begun = events.some(({ type }) => type === 'ActionUndoStarted');
      return { loaded, slot: begun ? slot : null };
    } finally {
      if (!begun) slot?.release();
    }
  }

  /** @param from ends with our ActionUndoStarted */
  private async attempt(from: Loaded, slot: Slot, requester: Requester): Promise<Loaded> {
    let release = (): void => slot.release();
    try {
      const undoing = undoingOf(from);
      if (undoing === null) return from;
      const id = idOf(from, undoing);
      const holding: Held = { from, undoing, running: null };
      this.attempting.set(id, holding);
      const settled = await this.settle(from, undoing, await this.call(holding), requester);
      this.attempting.delete(id);
      const { running } = holding;
      if (running?.givenUp()) {
        release = () => this.parts.slots.giveBackOverdue(slot, running.end);
        void running.end.then(async (end) => {
          if (end?.ok) await this.settleLate(from, undoing, end, requester);
        });
      }
      return settled;
    } finally {
      release();
    }
  }

  /**
   * U1. The append that began it may have been in doubt for long, while an earlier attempt undid it after all, and the work
   * was done anew: so it is looked at once more, which an operator's word can afford.
   */
  private async call(holding: Held): Promise<AttemptOutcome> {
    const { from, undoing } = holding;
    const { generation, undo } = undoing;
    const { action: name, version } = generation.request;
    const action = await this.parts.lookup.findKnown(from.tenant, name, version).catch(() => null);
    if (action === null) return NO_HANDLER;
    const seen = await this.parts.log.load(from.tenant, from.scope).catch(() => null);
    if (seen === null) return NOT_SEEN;
    if (!isNewestUndo(seen.state, nameOf(undoing))) return NOT_MINE;
    if (this.parts.clock.nowMs() >= endsAtMs(undoing)) return TOO_LATE;
    const { scope, requester } = from;
    const request = undoRequest(from, undoing);
    const isStillWanted = async (): Promise<boolean> => {
      const { state } = await this.parts.fence.renew(seen);
      return isNewestUndo(state, nameOf(undoing)) && this.parts.clock.nowMs() < endsAtMs(undoing);
    };
    const traceparent = requester?.traceparent;
    const attempt = { action, request, scope, attempt: undo.attempt, traceparent, isStillWanted };
    const result = generation.outcome?.ok ? generation.outcome.result : null;
    holding.running = runUndo(attempt, result, this.parts.clock, this.parts.logger);
    return holding.running.outcome;
  }

  private async settle(
    from: Loaded,
    undoing: Undoing,
    outcome: AttemptOutcome,
    requester: Requester,
  ): Promise<Loaded> {
    const { loaded } = await this.parts.settler.append(from, requester, async ({ state }) =>
      decideUndoEnd(state, {
        ...nameOf(undoing),
        outcome,
        nowMs: this.parts.clock.nowMs(),
        random: this.parts.chance.random(),
      }),
    );
    return loaded;
  }

  /** U2. The next attempt may be made in vain: it bears that. */
  private async settleLate(
    from: Loaded,
    undoing: Undoing,
    end: AttemptOutcome,
    requester: Requester,
  ): Promise<void> {
    try {
      const loaded = await this.settle(from, undoing, end, requester);
      this.parts.waiters.notify(streamOf(loaded), loaded);
    } catch (error) {
      this.parts.logger.error(
        { err: error, stream: streamOf(from) },
        'the late end of an undo was not recorded',
      );
    }
  }

  /** Of an undo that is over. */
  private tell(loaded: Loaded): void {
    const { generation } = loaded.state;
    const undo = generation?.undo ?? null;
    if (generation === null || undo === null || undoingOf(loaded) !== null) return;
    const { request, status } = generation;
    const fields = {
      executionId: idOf(loaded, { generation, undo }),
      action: request.action,
      version: request.version,
      attempts: undo.attempt - undo.attemptBefore,
      ...(status === 'undone' ? {} : { errorCode: undo.lastError?.code }),
    };
    this.parts.logger.info(fields, status === 'undone' ? 'execution undone' : 'undoing an execution failed');
  }
}

const nameOf = ({ generation, undo }: Undoing) => ({
  generation: generation.request.generation,
  attempt: undo.attempt,
});

import { type ActionEvent } from '@action-do/contracts';
import { decideUndoTakeover } from '@action-do/domain';
import type { Admission, Admissions } from '../execution/admission.js';
import type { PerformerAwaiter } from '../execution/await-performer.js';
import { awaitSlot, recordable } from '../execution/await-slot.js';
import type { Closing } from '../execution/closing.js';
import type { Loaded } from '../execution/execution-log.js';
import { SYSTEM } from '../execution/execution-record.js';
import type { AttemptSettler } from '../execution/settle-attempt.js';
import type { SettledWaiters } from '../execution/settled-waiters.js';
import type { Slots } from '../execution/slots.js';
import type { Others } from '../lease/lease.js';
import type { Clock, Log } from '../ports.js';
import type { ActionLookup } from '../registry/look-up-action.js';
import type { UndoDriver } from './undo-driver.js';
import { endsAtMs, streamOf, type Undoing, undoingOf } from './undoing.js';

export interface RecoverUndosParts {
  readonly executor: string;
  readonly settler: AttemptSettler;
  readonly driver: UndoDriver;
  readonly lookup: ActionLookup;
  readonly performers: PerformerAwaiter;
  readonly admissions: Admissions;
  readonly slots: Slots;
  readonly waiters: SettledWaiters;
  readonly clock: Clock;
  readonly logger: Log;
  readonly closing: Closing;
  /** Who shares the log; null where nobody does. */
  readonly others: Others | null;
}

/**
 * Goes on with undos that are found in the log and not held here, as `RecoverExecutions` does with executions, and by the
 * same rules: what waits for its (next) attempt anybody may begin; an attempt that runs is left to whoever began it, unless
 * that executor is dead; and of several that come at once the append at the exact revision lets one begin.
 */
export class RecoverUndos {
  constructor(private readonly parts: RecoverUndosParts) {}

  /** @returns whether there was one to go on with; null where nothing is being undone */
  async takeUp(from: Loaded): Promise<boolean | null> {
    const undoing = undoingOf(from);
    if (undoing === null) return null;
    if (this.isHeldByLiving(undoing)) return false;
    // What this executor cannot undo, another one can.
    if (this.parts.others !== null && !(await this.isKnown(from, undoing))) return false;
    const stream = streamOf(from);
    // Once more: it may have been taken up while the log was read.
    if (this.parts.closing.draining || this.parts.admissions.isHeld(stream)) return false;
    void this.takeOver(from, undoing, this.parts.admissions.enterAnyway(stream));
    return true;
  }

  private async takeOver(from: Loaded, undoing: Undoing, admission: Admission): Promise<void> {
    if (undoing.undo.status === 'waiting') return this.parts.driver.drive(from, admission, null, SYSTEM);
    await this.parts.performers.wait(from, undefined, endsAtMs(undoing));
    const slot = await awaitSlot(this.parts.slots, null, this.parts.clock, endsAtMs(undoing));
    try {
      if (this.parts.closing.draining) {
        slot?.release();
        return admission.abandon();
      }
      const { loaded, events } = await this.parts.settler.append(from, SYSTEM, async (seen) =>
        recordable(slot, this.decide(seen, undoing)),
      );
      if (events.some(({ type }) => type === 'ActionUndoStarted'))
        return await this.parts.driver.drive(loaded, admission, slot, SYSTEM);
      slot?.release();
      if (undoingOf(loaded)?.undo.status === 'waiting')
        return await this.parts.driver.drive(loaded, admission, null, SYSTEM);
      admission.leave();
      this.parts.waiters.notify(streamOf(loaded), loaded);
    } catch (error) {
      slot?.release();
      admission.abandon();
      this.parts.logger.error({ err: error, stream: streamOf(from) }, 'an undo could not be taken up');
    }
  }

  /** On each reading anew: somebody else may have taken it over, and whoever was only paused may beat again by now. */
  private decide(seen: Loaded, from: Undoing): readonly ActionEvent[] {
    const undoing = undoingOf(seen);
    if (undoing === null || !isSameAttempt(undoing, from) || this.isHeldByLiving(undoing)) return [];
    return decideUndoTakeover(seen.state, { executor: this.parts.executor, nowMs: this.parts.clock.nowMs() });
  }

  /** Or may be. */
  private isHeldByLiving({ undo: { status, executor } }: Undoing): boolean {
    if (status !== 'running' || executor === null) return false;
    return executor === this.parts.executor || this.parts.others?.mayLive(executor) === true;
  }

  private async isKnown({ tenant }: Loaded, { generation }: Undoing): Promise<boolean> {
    const { action, version } = generation.request;
    return (await this.parts.lookup.findKnown(tenant, action, version)) !== null;
  }
}

const isSameAttempt = (a: Undoing, b: Undoing): boolean =>
  a.generation.request.generation === b.generation.request.generation && a.undo.attempt === b.undo.attempt;

import { type ActionEvent, actionStream, parseActionStream } from '@action-do/contracts';
import { decideProbed, decideTakeover } from '@action-do/domain';
import { StoreUnavailable } from '@action-do/event-store';
import type { RecoverUndos } from '../control/recover-undos.js';
import type { Others } from '../lease/lease.js';
import type { Chance, Clock, Log } from '../ports.js';
import type { ActionLookup } from '../registry/look-up-action.js';
import { laneOf } from '../registry/registered-action.js';
import type { Admission, Admissions } from './admission.js';
import type { PerformerAwaiter } from './await-performer.js';
import { awaitSlot, recordable } from './await-slot.js';
import type { Closing } from './closing.js';
import type { ExecutionDriver } from './execution-driver.js';
import type { ExecutionLog, Loaded } from './execution-log.js';
import { SYSTEM } from './execution-record.js';
import { type Attempt, runProbe } from './run-attempt.js';
import type { AttemptSettler } from './settle-attempt.js';
import type { SettledWaiters } from './settled-waiters.js';
import type { Slots } from './slots.js';

export interface RecoverExecutionsParts {
  readonly log: ExecutionLog;
  readonly settler: AttemptSettler;
  readonly driver: ExecutionDriver;
  readonly lookup: ActionLookup;
  readonly performers: PerformerAwaiter;
  readonly admissions: Admissions;
  readonly slots: Slots;
  readonly waiters: SettledWaiters;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly logger: Log;
  readonly closing: Closing;
  /** Who shares the log; null where nobody does. */
  readonly others: Others | null;
  readonly undos: RecoverUndos;
}

/**
 * Takes over executions whose executor is known to be dead, by the effects class their author declared (row 19).
 * Whoever calls this vouches for the death: in standalone the lock on the log's folder does, for hints too, since no
 * other executor can be alive on that log. That holds for the attempt that is found at first, and for no later one; and
 * nobody takes over what it holds itself.
 *
 * Among executors that share a log an attempt that runs is left to whoever began it, unless its lease is over or it said
 * that it is. What waits for its (next) attempt anybody may begin, whoever holds it. Where several come at once, the append
 * at the exact revision lets one begin, and the others find that there is nothing to begin any more.
 *
 * An attempt that is performed elsewhere may have outlived its executor: whoever performs it is asked before it counts
 * as lost, and where it is known, its true outcome is waited for. Among executors that share a log they are asked shortly,
 * for a lease has passed in silence: what is called again bears a call too many, and what is parked is still listened for.
 */
export class RecoverExecutions {
  constructor(private readonly parts: RecoverExecutionsParts) {}

  /**
   * @param streams where open executions may be; names that hold none are passed over
   * @returns how many are being taken to their end, when all have been looked at
   * @throws StoreUnavailable not all could be looked at
   */
  async recover(streams: Iterable<string>): Promise<{ open: number }> {
    let open = 0;
    for (const stream of streams) if (await this.look(stream)) open++;
    return { open };
  }

  /**
   * As `recover`, for streams that somebody believes to be due: may be called with anything, and again and again.
   * What does not fit any more is left to a later hint.
   */
  async recoverHinted(streams: Iterable<string>): Promise<{ open: number }> {
    let open = 0;
    for (const stream of streams) {
      if (this.parts.closing.draining || this.parts.admissions.size >= this.parts.admissions.limit) break;
      // Whoever asks for it right now is at it too, so this may pass over one that is due: the hint comes again.
      if (!this.parts.admissions.isHeld(stream) && (await this.look(stream, true))) open++;
    }
    return { open };
  }

  /** Whether there is something to be taken to its end, and then begins with it. */
  private async look(stream: string, hinted = false): Promise<boolean> {
    const parsed = parseActionStream(stream);
    if (parsed === null) return false;
    try {
      const loaded = await this.parts.log.load(parsed.tenant, parsed.scope);
      const undoing = await this.parts.undos.takeUp(loaded);
      if (undoing !== null) return undoing;
      if (this.isHeldByLiving(loaded) || decideTakeover(loaded.state, this.command()).kind === 'leave')
        return false;
      // What this executor cannot perform, another one can.
      if (this.parts.others !== null && (await this.attemptOf(loaded)) === null) return false;
      // Once more: it may have been taken up while the log was read.
      if (hinted && this.parts.admissions.isHeld(stream)) return false;
      // Not awaited: one execution's long backoff must not keep the next from beginning.
      void this.takeOver(loaded, this.parts.admissions.enterAnyway(stream));
      return true;
    } catch (error) {
      if (error instanceof StoreUnavailable) throw error;
      // One damaged stream must not keep all others from going on; its name is kept for a later start.
      this.parts.admissions.enterAnyway(stream).abandon();
      this.parts.logger.error({ err: error, stream }, 'an execution could not be looked at');
      return false;
    }
  }

  private async takeOver(from: Loaded, admission: Admission): Promise<void> {
    const stream = actionStream(from.tenant, from.scope);
    if (from.state.generation?.status !== 'running') return this.parts.driver.drive(from, admission, null);
    const attempt = await this.attemptOf(from).catch(() => null);
    const goesOn = attempt !== null && (await this.goesOnElsewhere(attempt));
    if (goesOn) {
      // Somebody else may have asked at the same time, or whoever was dead beats again.
      if (this.isHeldByLiving(from)) return admission.leave();
      this.parts.others?.tellAdopted(from);
    }
    // What is never called again needs nobody: it is parked at once.
    if (!goesOn && from.state.generation.request.policy.effects !== 'unsafe')
      await this.parts.performers.wait(from);
    const lane = laneOf(attempt?.action ?? null);
    admission.countIn(lane);
    const { slots, clock } = this.parts;
    const { deadlineAtMs } = from.state.generation.request;
    const slot = await awaitSlot(slots, lane, clock, deadlineAtMs);
    try {
      if (this.parts.closing.draining) {
        slot?.release();
        return admission.abandon();
      }
      // Where nobody could listen to it in all its time, it is lost as others are.
      if (goesOn && slot !== null) return await this.parts.driver.drive(from, admission, slot, 'adopted');
      const { loaded, events } = await this.parts.settler.append(
        from,
        from.requester ?? SYSTEM,
        async (seen) => recordable(slot, await this.decide(seen, from)),
      );
      if (events.some(({ type }) => type === 'ActionStarted'))
        return await this.parts.driver.drive(loaded, admission, slot);
      slot?.release();
      if (attempt !== null && events.some(({ type }) => type === 'ActionOutcomeUnknown'))
        this.parts.driver.overhear(loaded, attempt);
      if (loaded.state.generation?.status === 'retrying')
        return await this.parts.driver.drive(loaded, admission, null);
      admission.leave();
      this.parts.waiters.notify(stream, loaded);
    } catch (error) {
      slot?.release();
      admission.abandon();
      this.parts.logger.error({ err: error, stream }, 'an execution could not be recovered');
    }
  }

  /** False also where it cannot be found out: then the log decides. */
  private async goesOnElsewhere(attempt: Attempt): Promise<boolean> {
    const executorLived = this.parts.others === null ? 'till-now' : 'a-lease-ago';
    return (await attempt.action.performer.elsewhere?.isKnown(attempt, executorLived)) ?? false;
  }

  /** The attempt that runs; null where this executor knows of nobody who performs its action. */
  private async attemptOf({ tenant, state, scope, requester }: Loaded): Promise<Attempt | null> {
    if (state.generation === null) return null;
    const { request, attempt } = state.generation;
    const action = await this.parts.lookup.findKnown(tenant, request.action, request.version);
    return action && { action, request, scope, attempt, traceparent: requester?.traceparent };
  }

  private async decide(seen: Loaded, from: Loaded): Promise<readonly ActionEvent[]> {
    // Whoever was only paused may beat again by now.
    if (!isSameAttempt(seen, from) || this.isHeldByLiving(seen)) return [];
    const { state } = seen;
    const decision = decideTakeover(state, this.command());
    if (decision.kind === 'append') return decision.events;
    if (decision.kind !== 'probe') return [];
    const attempt = await this.attemptOf(seen);
    const answer = attempt
      ? await runProbe(attempt, this.parts.clock, this.parts.logger)
      : { state: 'unknown' as const };
    return decideProbed(state, { ...decision.settle, nowMs: this.parts.clock.nowMs(), answer });
  }

  /** Or may be. */
  private isHeldByLiving(loaded: Loaded): boolean {
    const { state } = loaded;
    if (state.generation?.status !== 'running') return false;
    return (
      state.generation.executor === this.parts.log.executor || this.parts.others?.mayHold(loaded) === true
    );
  }

  private command() {
    return {
      executor: this.parts.log.executor,
      nowMs: this.parts.clock.nowMs(),
      random: this.parts.chance.random(),
    };
  }
}

const isSameAttempt = ({ state: a }: Loaded, { state: b }: Loaded): boolean =>
  a.generation?.request.generation === b.generation?.request.generation &&
  a.generation?.attempt === b.generation?.attempt;

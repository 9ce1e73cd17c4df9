import { type ActionEvent, actionStream, parseActionStream } from '@action-do/contracts';
import { decideProbed, decideTakeover } from '@action-do/domain';
import type { Chance, Clock, Log } from '../ports.js';
import type { ActionRegistry } from '../registry/action-registry.js';
import type { Admissions } from './admission.js';
import type { ExecutionDriver } from './execution-driver.js';
import type { ExecutionLog, Loaded } from './execution-log.js';
import { SYSTEM } from './execution-record.js';
import { runProbe } from './run-attempt.js';
import type { AttemptSettler } from './settle-attempt.js';
import type { SettledWaiters } from './settled-waiters.js';
import type { Slots } from './slots.js';

/**
 * Takes over executions whose executor is known to be dead, by the effects class their author declared (row 19).
 * Whoever calls this vouches for the death: in standalone the lock on the log's folder does.
 */
export class RecoverExecutions {
  constructor(
    private readonly log: ExecutionLog,
    private readonly settler: AttemptSettler,
    private readonly driver: ExecutionDriver,
    private readonly registry: ActionRegistry,
    private readonly admissions: Admissions,
    private readonly slots: Slots,
    private readonly waiters: SettledWaiters,
    private readonly clock: Clock,
    private readonly chance: Chance,
    private readonly logger: Log,
  ) {}

  /**
   * @param streams where open executions may be; names that hold none are passed over
   * @returns how many are being taken to their end, when all have been looked at
   */
  async recover(streams: Iterable<string>): Promise<{ open: number }> {
    let open = 0;
    for (const stream of streams) {
      const parsed = parseActionStream(stream);
      if (parsed === null) continue;
      const loaded = await this.log.load(parsed.tenant, parsed.scope);
      if (decideTakeover(loaded.state, this.command()).kind === 'leave') continue;
      open++;
      // Not awaited: one execution's long backoff must not keep the next from beginning.
      void this.takeOver(loaded);
    }
    return { open };
  }

  private async takeOver(from: Loaded): Promise<void> {
    const stream = actionStream(from.tenant, from.scope);
    const admission = this.admissions.enterAnyway(stream);
    if (from.state.generation?.status !== 'running') return this.driver.drive(from, admission, null);
    const slot = await this.slots.take();
    try {
      const { loaded, events } = await this.settler.append(from, from.requester ?? SYSTEM, (seen) =>
        this.decide(seen),
      );
      if (events.some(({ type }) => type === 'ActionStarted'))
        return await this.driver.drive(loaded, admission, slot);
      slot.release();
      if (loaded.state.generation?.status === 'retrying')
        return await this.driver.drive(loaded, admission, null);
      admission.leave();
      this.waiters.notify(stream, loaded);
    } catch (error) {
      slot.release();
      admission.leave();
      this.logger.error({ err: error, stream }, 'an execution could not be recovered');
    }
  }

  private async decide({ state, scope }: Loaded): Promise<readonly ActionEvent[]> {
    const decision = decideTakeover(state, this.command());
    if (decision.kind === 'append') return decision.events;
    if (decision.kind !== 'probe' || state.generation === null) return [];
    const { request, attempt } = state.generation;
    const action = this.registry.find(request.action, request.version);
    const answer = action
      ? await runProbe({ action, request, scope, attempt }, this.clock, this.logger)
      : { state: 'unknown' as const };
    return decideProbed(state, { ...decision.settle, nowMs: this.clock.nowMs(), answer });
  }

  private command() {
    return { executor: this.log.executor, nowMs: this.clock.nowMs(), random: this.chance.random() };
  }
}

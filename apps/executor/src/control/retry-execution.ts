import { actionStream } from '@action-do/contracts';
import { decideRetry } from '@action-do/domain';
import type { Admissions } from '../execution/admission.js';
import { type Answer, refused } from '../execution/answer.js';
import type { OutcomeAwaiter } from '../execution/await-outcome.js';
import { beginInDoubt } from '../execution/begin-in-doubt.js';
import { rateLimited } from '../execution/describe-refusal.js';
import type { ExecutionDriver } from '../execution/execution-driver.js';
import { AppendInDoubt, type ExecutionLog, type Loaded } from '../execution/execution-log.js';
import { noSuchExecution } from '../execution/find-execution.handler.js';
import type { Lane, Slot, Slots } from '../execution/slots.js';
import type { ActionLookup } from '../registry/look-up-action.js';
import { laneOf } from '../registry/registered-action.js';
import type { ControlCommand } from './control-command.js';
import type { ControlLog, Decide, Said } from './control-log.js';
import { performedAction } from './performed-action.js';

/** Row 19: begins the next generation of a failure, or of what nobody knows, on an operator's word. */
export interface RetryExecutionParts {
  readonly control: ControlLog;
  readonly log: ExecutionLog;
  readonly lookup: ActionLookup;
  readonly driver: ExecutionDriver;
  readonly awaiter: OutcomeAwaiter;
  readonly admissions: Admissions;
  readonly slots: Slots;
  readonly leaseMs: number;
}

export class RetryExecution {
  constructor(private readonly parts: RetryExecutionParts) {}

  async retry(command: ControlCommand): Promise<Answer> {
    const found = await this.parts.control.find(command);
    if (found === null) return refused(noSuchExecution());
    const lane = await this.laneOf(found);
    const admission = this.parts.admissions.enter(actionStream(found.tenant, found.scope), lane);
    if (admission === null) return this.answerFull(command, found, lane);
    const slot = this.parts.slots.tryTake(lane);
    const letGo = (): void => {
      admission.leave();
      slot?.release();
    };
    let said: Said;
    try {
      said = await this.say(command, found, slot);
    } catch (error) {
      if (error instanceof AppendInDoubt) void beginInDoubt(this.parts.driver, error, admission, slot);
      else letGo();
      throw error;
    }
    if (said.kind === 'refused') {
      letGo();
      return said.answer;
    }
    const { loaded, events } = said;
    if (events.length === 0) {
      letGo();
      return this.join(loaded, command);
    }
    const begin = (): void => void this.parts.driver.drive(loaded, admission, slot);
    const after = await this.parts.awaiter.wait(loaded, command.waitMs, begin);
    return { kind: 'execution', loaded: after, how: 'executed', key: keyOf(loaded) };
  }

  /** Where the contract cannot be read, `say` tells. */
  private async laneOf({ tenant, state }: Loaded): Promise<Lane | null> {
    if (state.generation === null) return null;
    const { action, version } = state.generation.request;
    return laneOf(await this.parts.lookup.findKnown(tenant, action, version).catch(() => null));
  }

  /** There is no room for new work; a word that adds none needs none. */
  private async answerFull(command: ControlCommand, found: Loaded, lane: Lane | null): Promise<Answer> {
    const said = this.parts.control.look('retry', command, found, this.decider(command, found, null));
    if (said.kind === 'append') return refused(rateLimited(this.parts.admissions, lane));
    return said.kind === 'refused' ? said.answer : this.join(said.loaded, command);
  }

  private async join(loaded: Loaded, { waitMs }: ControlCommand): Promise<Answer> {
    const after = await this.parts.awaiter.wait(loaded, waitMs);
    return { kind: 'execution', loaded: after, how: 'attached', key: keyOf(loaded) };
  }

  private decider({ requestId }: ControlCommand, { scope }: Loaded, slot: Slot | null): Decide {
    const { leaseMs } = this.parts;
    const executor = slot === null ? null : this.parts.log.executor;
    return (state, word) => decideRetry(state, { ...word, scope, requestId, executor, leaseMs });
  }

  private say(command: ControlCommand, found: Loaded, slot: Slot | null): Promise<Said> {
    return this.parts.control.say('retry', command, this.decider(command, found, slot), async (loaded) => {
      const performed = await performedAction(this.parts.lookup, loaded);
      return 'problem' in performed ? performed.problem : null;
    });
  }
}

const keyOf = ({ state }: Loaded): string => state.generation?.request.key ?? '';

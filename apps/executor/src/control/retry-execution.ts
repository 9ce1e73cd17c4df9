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
import type { Slot, Slots } from '../execution/slots.js';
import type { ActionLookup } from '../registry/look-up-action.js';
import type { ControlCommand } from './control-command.js';
import type { ControlLog, Said } from './control-log.js';
import { performedAction } from './performed-action.js';

/** Row 19: begins the next generation of a failure, or of what nobody knows, on an operator's word. */
export class RetryExecution {
  constructor(
    private readonly control: ControlLog,
    private readonly log: ExecutionLog,
    private readonly lookup: ActionLookup,
    private readonly driver: ExecutionDriver,
    private readonly awaiter: OutcomeAwaiter,
    private readonly admissions: Admissions,
    private readonly slots: Slots,
    private readonly leaseMs: number,
  ) {}

  async retry(command: ControlCommand): Promise<Answer> {
    const found = await this.control.find(command);
    if (found === null) return refused(noSuchExecution());
    const admission = this.admissions.enter(actionStream(found.tenant, found.scope));
    if (admission === null) return refused(rateLimited(this.admissions));
    const slot = this.slots.tryTake();
    const letGo = (): void => {
      admission.leave();
      slot?.release();
    };
    let said: Said;
    try {
      said = await this.say(command, found, slot);
    } catch (error) {
      if (error instanceof AppendInDoubt) void beginInDoubt(this.driver, error, admission, slot);
      else letGo();
      throw error;
    }
    if (said.kind === 'refused') {
      letGo();
      return said.answer;
    }
    const { loaded, events } = said;
    const key = loaded.state.generation?.request.key ?? '';
    if (events.length === 0) {
      letGo();
      const after = await this.awaiter.wait(loaded, command.waitMs);
      return { kind: 'execution', loaded: after, how: 'attached', key };
    }
    const begin = (): void => void this.driver.drive(loaded, admission, slot);
    const after = await this.awaiter.wait(loaded, command.waitMs, begin);
    return { kind: 'execution', loaded: after, how: 'executed', key };
  }

  private say(command: ControlCommand, { scope }: Loaded, slot: Slot | null): Promise<Said> {
    const { requestId } = command;
    const { leaseMs } = this;
    const executor = slot === null ? null : this.log.executor;
    return this.control.say(
      'retry',
      command,
      (state, word) => decideRetry(state, { ...word, scope, requestId, executor, leaseMs }),
      async (loaded) => {
        const found = await performedAction(this.lookup, loaded);
        return 'problem' in found ? found.problem : null;
      },
    );
  }
}

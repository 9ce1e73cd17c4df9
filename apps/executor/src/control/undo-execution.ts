import { actionStream, type Problem } from '@action-do/contracts';
import { decideUndo, isBeingUndone } from '@action-do/domain';
import { StreamConflict } from '@action-do/event-store';
import type { Admission, Admissions } from '../execution/admission.js';
import { type Answer, refused } from '../execution/answer.js';
import type { GoesOn, OutcomeAwaiter } from '../execution/await-outcome.js';
import { rateLimited } from '../execution/describe-refusal.js';
import { AppendInDoubt, type Loaded } from '../execution/execution-log.js';
import type { Requester } from '../execution/execution-record.js';
import { noSuchExecution } from '../execution/find-execution.handler.js';
import type { ActionLookup } from '../registry/look-up-action.js';
import type { ControlCommand } from './control-command.js';
import type { ControlLog, Said } from './control-log.js';
import { hasNoUndo } from './control-refusals.js';
import { performedAction } from './performed-action.js';
import type { UndoDriver } from './undo-driver.js';

const goesOn: GoesOn = ({ state }) => state.generation !== null && isBeingUndone(state.generation);

/** Row 25: takes back what succeeded. */
export class UndoExecution {
  constructor(
    private readonly control: ControlLog,
    private readonly lookup: ActionLookup,
    private readonly driver: UndoDriver,
    private readonly awaiter: OutcomeAwaiter,
    private readonly admissions: Admissions,
  ) {}

  async undo(command: ControlCommand): Promise<Answer> {
    const { requester, waitMs } = command;
    const found = await this.control.find(command);
    if (found === null) return refused(noSuchExecution());
    const admission = this.admissions.enter(actionStream(found.tenant, found.scope));
    if (admission === null) return refused(rateLimited(this.admissions));
    let said: Said;
    try {
      said = await this.say(command);
    } catch (error) {
      if (error instanceof AppendInDoubt) void this.findOut(error, admission, requester);
      else admission.leave();
      throw error;
    }
    if (said.kind === 'refused') {
      admission.leave();
      return said.answer;
    }
    const { loaded, events } = said;
    if (events.length === 0) {
      admission.leave();
      const how = goesOn(loaded) ? 'attached' : 'replayed';
      const after = await this.awaiter.wait(loaded, waitMs, undefined, goesOn);
      return { kind: 'execution', loaded: after, how };
    }
    const begin = (): void => void this.driver.drive(loaded, admission, null, requester);
    const after = await this.awaiter.wait(loaded, waitMs, begin, goesOn);
    return { kind: 'execution', loaded: after, how: 'executed' };
  }

  private say(command: ControlCommand): Promise<Said> {
    return this.control.say(
      'undo',
      command,
      (state, word) => decideUndo(state, { ...word, requestId: command.requestId }),
      (loaded) => this.check(loaded, command.id),
    );
  }

  private async check(loaded: Loaded, id: string): Promise<Problem | null> {
    const { generation } = loaded.state;
    const found = await performedAction(this.lookup, loaded);
    if ('problem' in found) return found.problem;
    return found.action.hasUndo || generation === null ? null : hasNoUndo(generation, id);
  }

  /** Row 16: it may stand in the log, and then nobody but us would undo it. */
  private async findOut(doubt: AppendInDoubt, admission: Admission, requester: Requester): Promise<void> {
    try {
      await this.driver.drive(await doubt.goOn(), admission, null, requester);
    } catch (error) {
      if (error instanceof StreamConflict) admission.leave();
      else admission.abandon();
    }
  }
}

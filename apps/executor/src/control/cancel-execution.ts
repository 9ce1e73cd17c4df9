import { actionStream, executionId } from '@action-do/contracts';
import { decideCancel, isClosed } from '@action-do/domain';
import type { Answer } from '../execution/answer.js';
import type { OutcomeAwaiter } from '../execution/await-outcome.js';
import type { ExecutionDriver } from '../execution/execution-driver.js';
import { logOutcome } from '../execution/log-outcome.js';
import type { SettledWaiters } from '../execution/settled-waiters.js';
import type { Log } from '../ports.js';
import type { CancelNews } from './cancel-news.js';
import type { ControlCommand } from './control-command.js';
import type { ControlLog } from './control-log.js';

/**
 * Row 22. What waits is over with the append; whoever performs an attempt is told, here and elsewhere, and the caller
 * waits for what it comes to.
 */
export class CancelExecution {
  constructor(
    private readonly control: ControlLog,
    private readonly driver: Pick<ExecutionDriver, 'cancel'>,
    private readonly awaiter: OutcomeAwaiter,
    private readonly waiters: SettledWaiters,
    /** Null where no other executor can perform it. */
    private readonly news: CancelNews | null,
    private readonly logger: Log,
  ) {}

  async cancel(command: ControlCommand): Promise<Answer> {
    const said = await this.control.say('cancel', command, decideCancel);
    if (said.kind === 'refused') return said.answer;
    const { loaded, events } = said;
    const { tenant, scope, state } = loaded;
    if (state.generation === null) throw new Error('what was cancelled is not there');
    const execution = executionId(scope, state.generation.request.generation);
    this.driver.cancel(execution);
    this.news?.tell(tenant, execution);
    const isNew = events.length > 0;
    if (!isClosed(state.generation)) {
      const after = await this.awaiter.wait(loaded, command.waitMs);
      return { kind: 'execution', loaded: after, how: isNew ? 'executed' : 'attached' };
    }
    logOutcome(this.logger, loaded, events);
    this.waiters.notify(actionStream(tenant, scope), loaded);
    return { kind: 'execution', loaded, how: isNew ? 'executed' : 'replayed' };
  }
}

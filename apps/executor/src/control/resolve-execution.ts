import { actionStream, type Problem, type ResolvedOutcome } from '@action-do/contracts';
import { decideResolve } from '@action-do/domain';
import type { Answer } from '../execution/answer.js';
import type { Loaded } from '../execution/execution-log.js';
import { logOutcome } from '../execution/log-outcome.js';
import type { SettledWaiters } from '../execution/settled-waiters.js';
import type { Log } from '../ports.js';
import type { ActionLookup } from '../registry/look-up-action.js';
import type { ControlCommand } from './control-command.js';
import type { ControlLog } from './control-log.js';
import { resultInvalid } from './control-refusals.js';
import { nobodyHere } from './performed-action.js';

export interface ResolveCommand extends ControlCommand {
  readonly outcome: ResolvedOutcome;
  readonly evidence: string | undefined;
}

/** Row 19: what an operator found out settles an execution of which nobody knew the outcome. */
export class ResolveExecution {
  constructor(
    private readonly control: ControlLog,
    private readonly lookup: ActionLookup,
    private readonly waiters: SettledWaiters,
    private readonly leaseMs: number,
    private readonly logger: Log,
  ) {}

  async resolve(command: ResolveCommand): Promise<Answer> {
    const { outcome, evidence } = command;
    const { leaseMs } = this;
    const said = await this.control.say(
      'resolve',
      command,
      (state, word) => decideResolve(state, { ...word, outcome, evidence, leaseMs }),
      (loaded) => this.check(loaded, outcome),
    );
    if (said.kind === 'refused') return said.answer;
    const { loaded, events } = said;
    if (events.length === 0) return { kind: 'execution', loaded, how: 'replayed' };
    logOutcome(this.logger, loaded, events);
    this.waiters.notify(actionStream(loaded.tenant, loaded.scope), loaded);
    return { kind: 'execution', loaded, how: 'executed' };
  }

  /** A result is held to the schema of its version, whoever found it. */
  private async check({ tenant, state }: Loaded, outcome: ResolvedOutcome): Promise<Problem | null> {
    if (!('result' in outcome) || state.generation === null) return null;
    const { action: name, version } = state.generation.request;
    const action = await this.lookup.findKnown(tenant, name, version);
    if (action === null) return nobodyHere(this.lookup, tenant, name, version);
    const issues = action.checkResult(outcome.result);
    return issues.length === 0 ? null : resultInvalid(name, issues);
  }
}

import { type ActionEvent, type ControlVerb, type Problem, parseExecutionId } from '@action-do/contracts';
import type { ControlDecision, ExecutionState, OperatorsWord } from '@action-do/domain';
import { StreamConflict } from '@action-do/event-store';
import { type Answer, refused } from '../execution/answer.js';
import type { Closing } from '../execution/closing.js';
import { stopping } from '../execution/describe-refusal.js';
import type { ExecutionLog, Loaded } from '../execution/execution-log.js';
import { noSuchExecution } from '../execution/find-execution.handler.js';
import type { Clock } from '../ports.js';
import type { ControlCommand } from './control-command.js';
import { inProgress, notPossible } from './control-refusals.js';

/** How often somebody else may come first before something must be wrong. */
const CONFLICTS_MAX = 8;

/** What came of a word: the stream after it, and what it added; or why not. */
export type Said =
  | { readonly kind: 'so'; readonly loaded: Loaded; readonly events: readonly ActionEvent[] }
  | { readonly kind: 'refused'; readonly answer: Answer };

export type Decide = (state: ExecutionState, word: OperatorsWord) => ControlDecision;
type Adds = Extract<ControlDecision, { readonly kind: 'append' }>;
/** Looks at what an append would be about; a problem refuses it. */
type Check = (loaded: Loaded) => Promise<Problem | null>;

/** Puts an operator's word into the log, deciding again whenever somebody else wrote first. */
export class ControlLog {
  constructor(
    private readonly log: ExecutionLog,
    private readonly clock: Clock,
    private readonly closing: Closing,
  ) {}

  /** The whole stream of the execution that is spoken of; null where the tenant has none of this id. */
  async find({ tenant, id }: ControlCommand): Promise<Loaded | null> {
    const parsed = parseExecutionId(id);
    if (parsed === null) return null;
    const loaded = await this.log.load(tenant, parsed.scope);
    const newest = loaded.state.generation?.request.generation ?? 0;
    return parsed.generation <= newest ? loaded : null;
  }

  /** What the word means for what was found: what it adds to it, or what is answered where it adds nothing. */
  look(verb: ControlVerb, command: ControlCommand, loaded: Loaded, decide: Decide): Said | Adds {
    const newest = loaded.state.generation;
    if (newest === null) return refuse(noSuchExecution());
    const generation = parseExecutionId(command.id)?.generation ?? 0;
    const nowMs = this.clock.nowMs();
    const decision = decide(loaded.state, { generation, reason: command.reason, nowMs });
    if (decision.kind === 'already') return { kind: 'so', loaded, events: [] };
    if (decision.kind === 'not-possible') return refuse(notPossible(verb, generation, loaded));
    if (decision.kind === 'in-progress') return refuse(inProgress(newest, decision.untilMs, nowMs));
    return decision;
  }

  /** @throws AppendInDoubt, StoreUnavailable */
  async say(
    verb: ControlVerb,
    command: ControlCommand,
    decide: Decide,
    check: Check = async () => null,
  ): Promise<Said> {
    if (this.closing.draining) return refuse(stopping());
    for (let conflicts = 0; conflicts < CONFLICTS_MAX; conflicts++) {
      const loaded = await this.find(command);
      if (loaded === null) return refuse(noSuchExecution());
      const decision = this.look(verb, command, loaded, decide);
      if (decision.kind !== 'append') return decision;
      const problem = await check(loaded);
      if (problem !== null) return refuse(problem);
      try {
        const after = await this.log.append(loaded, decision.events, command.requester, 'caller-waits');
        return { kind: 'so', loaded: after, events: decision.events };
      } catch (error) {
        if (!(error instanceof StreamConflict)) throw error;
      }
    }
    throw new Error(`lost ${CONFLICTS_MAX} appends in a row on ${command.id}`);
  }
}

const refuse = (problem: Problem): Said => ({ kind: 'refused', answer: refused(problem) });

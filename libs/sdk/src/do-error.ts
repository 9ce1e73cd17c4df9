import type { EffectState, ErrorCause, ErrorCode, Execution, Issue, Problem } from './wire.js';

/**
 * The error object as an Error: returned in `error`, thrown only by `executeOrThrow` and out of loops
 * over `audit.query` and `action.list`. Carries every member of the
 * problem, whoever said it; `cause` is what the action's author or the network said, as data.
 */
export class DoError extends Error implements Problem {
  override readonly name = 'DoError';
  declare readonly type: string;
  declare readonly title: string;
  declare readonly status?: number | undefined;
  declare readonly code: ErrorCode;
  declare readonly detail: string;
  declare readonly hint: string;
  declare readonly source: Problem['source'];
  declare readonly retryable: boolean;
  declare readonly retryAfterMs?: number | undefined;
  declare readonly newKeySafe?: boolean | undefined;
  declare readonly effect?: EffectState | undefined;
  declare readonly executionId?: string | undefined;
  declare readonly attempts?: number | undefined;
  declare readonly issues?: Issue[] | undefined;
  declare readonly cause?: ErrorCause | undefined;
  declare readonly requestId?: string | undefined;
  declare readonly docUrl: string;
  /** The execution, where it is known to exist. */
  readonly execution: Execution | undefined;
  readonly #problem: Problem;

  constructor(problem: Problem, execution?: Execution) {
    super(`${problem.code}: ${problem.detail} ${problem.hint}`);
    Object.assign(this, problem);
    this.execution = execution;
    this.#problem = problem;
  }

  /** The problem, as the gateway and the command line write it. */
  toJSON(): Problem {
    return this.#problem;
  }
}

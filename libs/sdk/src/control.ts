import { awaitOutcome, failure } from './await-outcome.js';
import type { ControlVerb } from './check-control.js';
import type { Connection } from './connection.js';
import { localProblem } from './local-problem.js';
import type { Controlled, Outcome } from './outcome.js';
import type { HttpRequest, Waiting } from './send-once.js';
import type { Execution, ExecutionStatus } from './wire.js';

/**
 * How an execution ends by the operator's own will, where that is no success: told as an execution, not as an error. A
 * retry ends as an execute call does.
 */
const WANTED: Record<ControlVerb, readonly ExecutionStatus[]> = {
  cancel: ['cancelled'],
  retry: [],
  resolve: ['failed', 'cancelled'],
  undo: ['undone'],
};

/** Sends an operator's word, and the same again until it has taken effect or this side stops waiting: that only joins. */
export async function control(
  connection: Connection,
  verb: ControlVerb,
  request: HttpRequest,
  waiting: Waiting,
): Promise<Controlled> {
  const outcome = await awaitOutcome(connection, request, waiting, { again: () => request });
  if (outcome.error) return asWanted(verb, outcome) ?? outcome;
  const { result, execution } = outcome;
  if (verb === 'undo' && execution.status !== 'undone') return failure(notUndone(execution), execution);
  return { result, error: undefined, execution };
}

function asWanted(verb: ControlVerb, { error, execution }: Outcome<unknown>): Controlled | undefined {
  if (error === undefined || execution === undefined) return undefined;
  if (!WANTED[verb].includes(execution.status)) return undefined;
  return { result: undefined, error: undefined, execution: { error: error.toJSON(), ...execution } };
}

const notUndone = ({ id, status, undo }: Execution) =>
  localProblem('ACTION_FAILED', {
    detail: `The undo failed: the execution is ${status}, and what it did stands.`,
    executionId: id,
    effect: 'applied',
    ...(undo && { attempts: undo.attempts, ...(undo.error && { cause: undo.error }) }),
  });

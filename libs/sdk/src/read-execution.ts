import { executionOf, failure, goesOn, notOurs } from './await-outcome.js';
import type { Connection } from './connection.js';
import { DoError } from './do-error.js';
import { exchange } from './exchange.js';
import { localProblem } from './local-problem.js';
import type { Outcome } from './outcome.js';
import type { Answered } from './run.js';
import type { HttpRequest, Waiting } from './send-once.js';
import type { AuditEvent, Execution, Problem } from './wire.js';

/** One execution as it is now. */
export async function readExecution(
  connection: Connection,
  request: HttpRequest,
  waiting: Waiting,
): Promise<Outcome<unknown>> {
  const answer = await exchange(connection, request, waiting);
  if (answer.kind === 'failed') return failure(answer.problem);
  const execution = executionOf(answer.body);
  if (!execution) return failure(notOurs(connection));
  const problem = execution.error ?? withoutResult(execution);
  if (problem) return failure({ executionId: execution.id, ...problem }, execution);
  return { result: answer.body['result'], error: undefined, execution };
}

/** Why there is no result, where the execution itself does not say. */
function withoutResult(execution: Execution): Problem | undefined {
  const { status, effect, attempts } = execution;
  const given = { detail: `The execution is ${status}.`, effect, attempts };
  switch (status) {
    case 'pending':
    case 'running':
    case 'retrying':
      return goesOn(execution);
    case 'unknown':
      return localProblem('OUTCOME_UNKNOWN', given);
    case 'failed':
      return localProblem('ACTION_FAILED', given);
    case 'cancelled':
      return localProblem('CANCELLED', given);
    default:
      return undefined;
  }
}

/** All events of one execution, page after page within the deadline. */
export async function readEvents(
  connection: Connection,
  request: HttpRequest,
  waiting: Waiting,
): Promise<Answered<readonly AuditEvent[]>> {
  const all: AuditEvent[] = [];
  for (let path = request.path; ; ) {
    const answer = await exchange(connection, { ...request, path }, waiting);
    if (answer.kind === 'failed') return { result: undefined, error: new DoError(answer.problem) };
    const { items, nextCursor } = answer.body;
    if (!isList(items)) return { result: undefined, error: new DoError(notOurs(connection)) };
    all.push(...items);
    // A page that brings nothing cannot be the way to more.
    if (typeof nextCursor !== 'string' || items.length === 0) return { result: all, error: undefined };
    path = `${request.path}?cursor=${encodeURIComponent(nextCursor)}`;
  }
}

const isList = (items: unknown): items is AuditEvent[] => Array.isArray(items);

import { HEADERS, type Problem, problem } from '@action-do/contracts';
import { asCause, type Generation, isBeingUndone } from '@action-do/domain';
import type { BusAnswer } from '@action-do/messaging/nest';
import type { Answer } from '../execution/answer.js';
import { encodeAnswer, encodePending, encodeProblem, executionHeaders } from '../execution/encode-answer.js';
import { toExecution } from '../execution/execution-view.js';

type Verb = 'cancel' | 'resolve' | 'undo';

const encoder = new TextEncoder();

/**
 * What a word came to. An execution that is now as the word wanted it is told as an execution, also where as such it is
 * a failure: the word succeeded. What came out otherwise is told as whoever waits for the execution is told.
 */
export function encodeControl(verb: Verb, answer: Answer, logId: string, nowMs: number): BusAnswer {
  const generation = answer.kind === 'execution' ? answer.loaded.state.generation : null;
  if (answer.kind === 'refused' || generation === null) return encodeAnswer(answer, logId, nowMs);
  const { loaded, how } = answer;
  const headers = executionHeaders(loaded, generation);
  const execution = toExecution(loaded, generation, logId, how === 'replayed');
  if (verb === 'undo' && isBeingUndone(generation)) {
    const dueAtMs = generation.undo?.nextAttemptAtMs ?? nowMs;
    return encodePending(execution, headers, dueAtMs > nowMs ? dueAtMs - nowMs : undefined);
  }
  if (verb === 'undo' && generation.status !== 'undone')
    return encodeProblem(undoFailed(generation, execution.id), how, headers, { execution });
  if (!isAsWanted(verb, generation)) return encodeAnswer(answer, logId, nowMs);
  const { outcome } = generation;
  const body = verb === 'resolve' && outcome?.ok ? { result: outcome.result, execution } : { execution };
  return {
    payload: encoder.encode(JSON.stringify(body)),
    headers: { ...headers, [HEADERS.idempotencyStatus]: how, [HEADERS.shouldRetry]: 'false' },
  };
}

const isAsWanted = (verb: Verb, { status, outcome }: Generation): boolean => {
  if (verb === 'resolve') return outcome?.settledBy === 'operator';
  return status === (verb === 'cancel' ? 'cancelled' : 'undone');
};

function undoFailed({ undo, effect }: Generation, executionId: string): Problem {
  const said = undo?.lastError ?? null;
  const isInDoubt = undo !== null && undo.effect !== 'none';
  return problem('COMPENSATION_FAILED', {
    detail: `Undoing the execution failed${said ? `: ${said.message}` : ''}. ${isInDoubt ? 'It may have been undone all the same, wholly or in part' : 'What was done stands'}; an undo may be asked for anew.`,
    executionId,
    effect: isInDoubt ? 'unknown' : effect,
    attempts: undo === null ? 0 : undo.attempt - undo.attemptBefore,
    ...(said ? { cause: asCause(said) } : {}),
  });
}

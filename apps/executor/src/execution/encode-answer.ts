import { type Execution, executionId, HEADERS, type Problem, problem } from '@action-do/contracts';
import { type Generation, isClosed } from '@action-do/domain';
import type { BusAnswer } from '@action-do/messaging/nest';
import type { Answer } from './answer.js';
import type { Loaded } from './execution-log.js';
import { toExecution, toExecutionError } from './execution-view.js';

const encoder = new TextEncoder();
/** What a caller is told to wait where nothing better is known. */
const RETRY_AFTER_MS = 1_000;

/**
 * Puts an answer into bytes: the body is what HTTP callers get too, `{ result, execution }` or the error object; the
 * headers carry what decides the status, so that a gateway passes a body on without looking into it.
 */
export function encodeAnswer(answer: Answer, logId: string, nowMs: number): BusAnswer {
  if (answer.kind === 'refused') return encodeProblem(answer.problem, 'rejected', echo(answer.key));
  const { loaded, how } = answer;
  const { generation } = loaded.state;
  if (generation === null) return encodeProblem(problem('INTERNAL', { effect: 'unknown' }), 'rejected', {});
  const execution = toExecution(loaded, generation, logId, how === 'replayed');
  const headers = executionHeaders(loaded, generation, answer.key);
  const error = toExecutionError(loaded, generation);
  if (error) return encodeProblem(error, how, headers, { execution: { ...execution, error: undefined } });
  if (!isClosed(generation)) {
    const dueInMs = generation.nextAttemptAtMs === null ? RETRY_AFTER_MS : generation.nextAttemptAtMs - nowMs;
    return encodePending(execution, headers, dueInMs);
  }
  const result = generation.outcome?.ok ? generation.outcome.result : null;
  return {
    payload: encoder.encode(JSON.stringify({ result, execution })),
    headers: { ...headers, [HEADERS.idempotencyStatus]: how, [HEADERS.shouldRetry]: 'false' },
  };
}

/** What every answer about an execution says of it beside the body. */
export const executionHeaders = (
  { scope }: Loaded,
  { request }: Generation,
  key?: string,
): Record<string, string> => ({
  ...echo(key),
  [HEADERS.executionId]: executionId(scope, request.generation),
  [HEADERS.idempotencyGeneration]: String(request.generation),
});

/** It goes on. @param dueInMs when something may happen next */
export const encodePending = (
  execution: Execution,
  headers: Record<string, string>,
  dueInMs = RETRY_AFTER_MS,
): BusAnswer => ({
  payload: encoder.encode(JSON.stringify({ execution })),
  headers: {
    ...headers,
    [HEADERS.idempotencyStatus]: 'pending',
    [HEADERS.shouldRetry]: 'true',
    [HEADERS.retryAfterMs]: String(Math.max(0, dueInMs)),
  },
});

const echo = (key: string | undefined): Record<string, string> =>
  key === undefined ? {} : { [HEADERS.idempotencyKey]: `"${key.replace(/["\\]/g, '\\$&')}"` };

export function encodeProblem(
  given: Problem,
  how: string,
  headers: Record<string, string>,
  extra: object = {},
): BusAnswer {
  return {
    payload: encoder.encode(JSON.stringify({ ...given, ...extra })),
    headers: {
      ...headers,
      [HEADERS.idempotencyStatus]: how,
      [HEADERS.shouldRetry]: String(given.retryable),
      [HEADERS.errorCode]: given.code,
      [HEADERS.errorTitle]: given.title,
      ...(given.retryAfterMs === undefined ? {} : { [HEADERS.retryAfterMs]: String(given.retryAfterMs) }),
    },
  };
}

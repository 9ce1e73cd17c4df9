import { type ActionEvent, executionId } from '@action-do/contracts';
import type { Log } from '../ports.js';
import type { Loaded } from './execution-log.js';

/** One line for each execution that came to its end here, or was parked. Never params, results or messages. */
export function logOutcome(log: Log, { state, scope }: Loaded, events: readonly ActionEvent[]): void {
  const last = events.at(-1);
  if (last === undefined || state.generation === null) return;
  const ended =
    last.type === 'ActionSucceeded' || last.type === 'ActionFailed' || last.type === 'ActionOutcomeUnknown';
  if (!ended) return;
  const { request, status, attempt } = state.generation;
  const errorCode = last.type === 'ActionSucceeded' ? undefined : last.data.error.code;
  const fields = {
    executionId: executionId(scope, request.generation),
    action: request.action,
    version: request.version,
    status,
    attempts: attempt,
    durationMs: last.data.atMs - request.atMs,
    ...(errorCode ? { errorCode } : {}),
  };
  log.info(fields, `execution ${status}`);
}

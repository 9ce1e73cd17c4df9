import { type ControlVerb, executionId, type Problem, problem } from '@action-do/contracts';
import { type Generation, isBeingUndone } from '@action-do/domain';
import type { Loaded } from '../execution/execution-log.js';

/** What can be done with an execution in this state; said to whoever wanted something else. */
const CAN_BE_DONE: Record<Generation['status'], string> = {
  pending: 'it can be cancelled',
  running: 'it can be cancelled; its outcome decides what else',
  retrying: 'it is tried again by itself, and can be cancelled',
  unknown: 'find out what happened and resolve it, or have it done again with retry',
  succeeded: 'it can be undone, where its action has an undo',
  failed: 'it can be done again with retry',
  cancelled: 'it can be done again with retry',
  undone: 'a new call does it anew',
};

const DONE: Record<ControlVerb, string> = {
  cancel: 'cancelled',
  retry: 'retried',
  resolve: 'resolved',
  undo: 'undone',
};

/** Names the state it is in, and what can be done. @param asked the generation that was spoken of */
export function notPossible(verb: ControlVerb, asked: number, { scope, state }: Loaded): Problem {
  const { generation } = state;
  if (generation === null) return problem('NOT_FOUND');
  const newest = executionId(scope, generation.request.generation);
  const detail =
    generation.request.generation === asked
      ? `The execution is ${describe(generation)} and cannot be ${DONE[verb]}: ${CAN_BE_DONE[generation.status]}.`
      : `The execution was followed by ${newest} and cannot be ${DONE[verb]} any more.`;
  return problem('NOT_POSSIBLE', { detail, executionId: executionId(scope, asked), newKeySafe: false });
}

function describe({ status, undo, effect }: Generation): string {
  if (status !== 'succeeded') return status;
  if (effect === 'none') return 'succeeded, with no effect';
  return undo === null ? status : 'succeeded, and undoing it failed';
}

export const hasNoUndo = ({ request }: Generation, executionId: string): Problem =>
  problem('NOT_POSSIBLE', {
    detail: `Version ${request.version} of ${request.action} has no undo.`,
    executionId,
    newKeySafe: false,
  });

/** @param untilMs when the obstacle is gone at the latest */
export const inProgress = (generation: Generation, untilMs: number | undefined, nowMs: number): Problem =>
  problem('IN_PROGRESS', {
    detail: isBeingUndone(generation)
      ? 'The execution is being undone.'
      : 'The attempt may still be at work: what is not there yet may come to be there.',
    retryAfterMs: untilMs === undefined ? 1_000 : Math.max(1, untilMs - nowMs),
  });

/** A result that the action could not have given. */
export const resultInvalid = (action: string, issues: Problem['issues'] = []): Problem =>
  problem('BODY_INVALID', {
    detail: `The result does not fit ${action}: ${issues[0]?.path} ${issues[0]?.message}.`,
    issues: issues.map(({ path, ...issue }) => ({ path: `outcome.${path}`, ...issue })),
  });

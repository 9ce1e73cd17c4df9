import type { ActionEvent } from '@action-do/contracts';
import {
  ALREADY,
  append,
  type ControlDecision,
  NOT_POSSIBLE,
  type OperatorsWord,
  spokenOf,
} from './control-decision.js';
import { type ExecutionState, isClosed } from './execution-state.js';
import { cancelledWaiting } from './outcome-events.js';

/**
 * Row 22. What waits for an attempt ends at once; of what runs only the wish is noted, and its outcome decides: a success
 * stays one, a failure is not tried again and ends as CANCELLED, and what nobody knows is parked as ever.
 */
export function decideCancel(state: ExecutionState, command: OperatorsWord): ControlDecision {
  const generation = spokenOf(state, command);
  if (generation === null || generation.status === 'undone') return NOT_POSSIBLE;
  const wanted = generation.cancelRequestedAtMs !== null;
  if (isClosed(generation) || generation.status === 'unknown')
    // Whoever asks again for what was asked for in time is told what came of it.
    return wanted || generation.status === 'cancelled' ? ALREADY : NOT_POSSIBLE;
  const { reason, nowMs } = command;
  const wish: ActionEvent = { type: 'ActionCancelRequested', data: { reason, atMs: nowMs } };
  if (generation.status === 'running') return wanted ? ALREADY : append(wish);
  const end = cancelledWaiting(generation, nowMs, reason);
  return wanted ? append(end) : append(wish, end);
}

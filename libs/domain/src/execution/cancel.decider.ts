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
  if (generation?.status === 'cancelled') return ALREADY;
  if (generation === null || isClosed(generation) || generation.status === 'unknown') return NOT_POSSIBLE;
  const { reason, nowMs } = command;
  const wanted = generation.cancelRequestedAtMs !== null;
  const wish: ActionEvent = { type: 'ActionCancelRequested', data: { reason, atMs: nowMs } };
  if (generation.status === 'running') return wanted ? ALREADY : append(wish);
  const end = cancelledWaiting(generation, nowMs, reason);
  return wanted ? append(end) : append(wish, end);
}

import type { ActionEvent } from '@action-do/contracts';
import { type ExecutionState, isBeingUndone, isOpen } from './execution-state.js';

/**
 * What becomes of an execution in a log that was put back from a backup. It may have been done, and closed, in what the
 * log has forgotten: so whatever is open is parked, of every effects class and also before its first attempt, until
 * somebody who knows settles it. Its effect key stays. For the same reason an undo under way ends: it may have been
 * undone, and the work done anew since, which one more attempt would take back.
 */
export function decideRestored({ generation }: ExecutionState, nowMs: number): readonly ActionEvent[] {
  if (generation === null) return [];
  const error = {
    code: 'INTERNAL' as const,
    message: 'restored: the log was put back from a backup, and may have forgotten how this ended',
  };
  const { undo } = generation;
  if (undo !== null && isBeingUndone(generation)) {
    const { attempt } = undo;
    const data = { attempt, error, effect: 'unknown' as const, nextAttemptAtMs: null, atMs: nowMs };
    return [{ type: 'ActionUndoFailed', data }];
  }
  if (!isOpen(generation)) return [];
  return [{ type: 'ActionOutcomeUnknown', data: { attempt: generation.attempt, error, atMs: nowMs } }];
}

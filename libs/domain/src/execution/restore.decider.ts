import type { ActionEvent } from '@action-do/contracts';
import { type ExecutionState, isOpen } from './execution-state.js';

/**
 * What becomes of an execution in a log that was put back from a backup. It may have been done, and closed, in what the
 * log has forgotten: so whatever is open is parked, of every effects class and also before its first attempt, until
 * somebody who knows settles it. Its effect key stays.
 */
export function decideRestored({ generation }: ExecutionState, nowMs: number): readonly ActionEvent[] {
  if (generation === null || !isOpen(generation)) return [];
  const error = {
    code: 'INTERNAL' as const,
    message: 'restored: the log was put back from a backup, and may have forgotten how this ended',
  };
  return [{ type: 'ActionOutcomeUnknown', data: { attempt: generation.attempt, error, atMs: nowMs } }];
}

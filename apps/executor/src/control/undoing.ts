import { type ActionEventData, actionStream, executionId, undoKey } from '@action-do/contracts';
import { type Generation, isBeingUndone, type Undo } from '@action-do/domain';
import type { Loaded } from '../execution/execution-log.js';

/** An undo that has attempts left, and the success that it takes back. */
export interface Undoing {
  readonly generation: Generation;
  readonly undo: Undo;
  /** Of its next attempt. */
  readonly dueAtMs: number;
}

/** Null where nothing is being undone. */
export function undoingOf({ state: { generation } }: Loaded): Undoing | null {
  const undo = generation?.undo ?? null;
  if (generation === null || undo === null || !isBeingUndone(generation)) return null;
  return undo.nextAttemptAtMs === null ? null : { generation, undo, dueAtMs: undo.nextAttemptAtMs };
}

/** No attempt to undo is begun behind this. */
export const endsAtMs = ({ generation, undo }: Undoing): number =>
  undo.requestedAtMs + generation.request.policy.deadlineMs;

/** The request as an undo is given it: with a key of its own, and a time of its own. */
export const undoRequest = ({ scope }: Loaded, undoing: Undoing): ActionEventData<'ActionRequested'> => {
  const { request } = undoing.generation;
  const effectKey = undoKey(executionId(scope, request.generation));
  return { ...request, effectKey, deadlineAtMs: endsAtMs(undoing) };
};

export const streamOf = ({ tenant, scope }: Loaded): string => actionStream(tenant, scope);

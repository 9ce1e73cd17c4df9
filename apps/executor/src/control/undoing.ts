import { type ActionEventData, actionStream, executionId, undoKey } from '@action-do/contracts';
import { type Generation, isBeingUndone, type Undo, undoEndsAtMs } from '@action-do/domain';
import type { Loaded } from '../execution/execution-log.js';

/** An undo that has not come to its end, and the success that it takes back. */
export interface Undoing {
  readonly generation: Generation;
  readonly undo: Undo;
}

/** Null where nothing is being undone. */
export function undoingOf({ state: { generation } }: Loaded): Undoing | null {
  const undo = generation?.undo ?? null;
  return generation === null || undo === null || !isBeingUndone(generation) ? null : { generation, undo };
}

/** The same, and it waits for its (next) attempt, which anybody may begin. */
export function waitingUndoOf(loaded: Loaded): Undoing | null {
  const undoing = undoingOf(loaded);
  return undoing?.undo.status === 'waiting' ? undoing : null;
}

/** Behind this nothing is begun, and no author's undo is called. */
export const endsAtMs = ({ generation, undo }: Undoing): number => undoEndsAtMs(generation, undo);

/** The request as an undo is given it: with a key of its own, and a time of its own. */
export const undoRequest = ({ scope }: Loaded, undoing: Undoing): ActionEventData<'ActionRequested'> => {
  const { request } = undoing.generation;
  const effectKey = undoKey(executionId(scope, request.generation));
  return { ...request, effectKey, deadlineAtMs: endsAtMs(undoing) };
};

export const streamOf = ({ tenant, scope }: Loaded): string => actionStream(tenant, scope);

/** Of the execution that is being undone. */
export const idOf = ({ scope }: Loaded, { generation }: Undoing): string =>
  executionId(scope, generation.request.generation);

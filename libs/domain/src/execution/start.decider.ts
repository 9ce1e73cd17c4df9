import type { ActionEvent } from '@action-do/contracts';
import type { ExecutionState } from './execution-state.js';
import { asCause, cancelledWaiting, failed } from './outcome-events.js';

export interface StartAttempt {
  readonly generation: number;
  readonly executor: string;
  readonly nowMs: number;
}

/** `append` with no event: the generation is not waiting for an attempt (any more); leave it alone. */
export interface StartDecision {
  readonly events: readonly ActionEvent[];
}

/** Begins the next attempt of a waiting generation, or ends it where its deadline has passed. */
export function decideStart(state: ExecutionState, command: StartAttempt): StartDecision {
  const { generation } = state;
  if (generation === null || generation.request.generation !== command.generation) return { events: [] };
  if (generation.status !== 'pending' && generation.status !== 'retrying') return { events: [] };
  const { executor, nowMs } = command;
  if (generation.cancelRequestedAtMs !== null) return { events: [cancelledWaiting(generation, nowMs)] };
  if (nowMs >= generation.request.deadlineAtMs) {
    const message =
      generation.attempt === 0
        ? 'the deadline passed before a first attempt'
        : 'the deadline passed before the next attempt';
    const error = {
      code: 'TIMED_OUT' as const,
      message,
      ...(generation.lastError ? { cause: asCause(generation.lastError) } : {}),
    };
    return { events: [failed(generation, { error, effect: generation.effect, atMs: nowMs })] };
  }
  return {
    events: [{ type: 'ActionStarted', data: { attempt: generation.attempt + 1, executor, atMs: nowMs } }],
  };
}

import type { ActionEvent } from '@action-do/contracts';
import { evolveExecution } from './execution-fold.js';
import type { ExecutionState } from './execution-state.js';
import { type AttemptOutcome, decideSettle, type SettleAttempt } from './settle.decider.js';
import { decideStart } from './start.decider.js';

export interface TakeOver {
  /** Who takes over and begins the next attempt at once. */
  readonly executor: string;
  readonly nowMs: number;
  readonly random: number;
}

export type TakeoverDecision =
  /** Nothing is to be done: absent, closed, or parked until somebody settles it. */
  | { readonly kind: 'leave' }
  /** Waiting for its (next) attempt: begin that when it is due. */
  | { readonly kind: 'resume' }
  | { readonly kind: 'append'; readonly events: readonly ActionEvent[] }
  /** Ask the author's probe, then `decideProbed` with this settle. */
  | { readonly kind: 'probe'; readonly settle: SettleAttempt };

const LOST: AttemptOutcome = {
  ok: false,
  error: { code: 'LEASE_LOST', message: 'the executor died or lost its lease during the attempt' },
  effect: 'unknown',
  retryable: true,
  atOnce: true,
};

/**
 * What becomes of a generation whose executor is gone, by the effects class its author declared (row 19). The lost
 * attempt counts, so a handler that kills its process comes to an end.
 */
export function decideTakeover(state: ExecutionState, command: TakeOver): TakeoverDecision {
  const { generation } = state;
  if (generation === null) return { kind: 'leave' };
  if (generation.status === 'pending' || generation.status === 'retrying') return { kind: 'resume' };
  if (generation.status !== 'running') return { kind: 'leave' };
  const { executor, nowMs, random } = command;
  const settle: SettleAttempt = {
    generation: generation.request.generation,
    attempt: generation.attempt,
    outcome: LOST,
    nowMs,
    random,
  };
  const decision = decideSettle(state, settle);
  if (decision.kind === 'probe') return { kind: 'probe', settle };
  const after = decision.events.reduce(evolveExecution, state);
  // In one append with the next ActionStarted, so that nobody else can begin between the two.
  const next = decideStart(after, { generation: settle.generation, executor, nowMs });
  return { kind: 'append', events: [...decision.events, ...next.events] };
}

import type { ActionEvent } from '@action-do/contracts';
import type { ExecutionState, Generation } from './execution-state.js';

/** What comes of an operator's word. Whether the execution is there at all is not asked here. */
export type ControlDecision =
  | { readonly kind: 'append'; readonly events: readonly ActionEvent[] }
  /** It is so already, or under way: nothing is written, the answer is the same. */
  | { readonly kind: 'already' }
  /** Something is under way that this must not meet; it is over by then at the latest, where that is known. */
  | { readonly kind: 'in-progress'; readonly untilMs?: number }
  /** It means nothing in the state in which the execution is. */
  | { readonly kind: 'not-possible' };

export const ALREADY: ControlDecision = { kind: 'already' };
export const NOT_POSSIBLE: ControlDecision = { kind: 'not-possible' };
export const append = (...events: ActionEvent[]): ControlDecision => ({ kind: 'append', events });

/** What every such command says: which execution, why, and when. */
export interface OperatorsWord {
  readonly generation: number;
  readonly reason: string;
  readonly nowMs: number;
}

/** The generation that is spoken of, where it is the newest: what came before it can not be changed any more. */
export const spokenOf = (
  { generation }: ExecutionState,
  { generation: number }: OperatorsWord,
): Generation | null => (generation?.request.generation === number ? generation : null);

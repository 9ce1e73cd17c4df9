import type { Effects } from '@action-do/contracts';
import type { CallRecord, Said } from './evidence.js';
import { isRepeatable } from './repeatable.js';

/**
 * The table of execution.md as one key that answers one request at a time: rows 1 to 8 and 15 (and 12, 13 as far as they
 * show). What callers saw is right if some order of their requests, each within the time between its sending and its
 * answer, makes this model give the same answers.
 */
export interface KeyState {
  /** 0 = nothing was ever requested. */
  readonly generation: number;
  readonly params: string;
  /** Request id of the call that began it; null = one whose answer nobody saw, or a message that came late or twice. */
  readonly by: string | null;
  /** What everybody who asks gets told in the end, as far as somebody was; null = nobody was yet. */
  readonly outcome: string | null;
  /** The outcome's effect where it is a failure. */
  readonly effect: string | null;
  /** Somebody was answered from it as from something past: nobody can join it any more. */
  readonly isPast: boolean;
}

export const NEVER_ASKED: KeyState = {
  generation: 0,
  params: '',
  by: null,
  outcome: null,
  effect: null,
  isPast: false,
};

/** A request that was answered. */
export interface Answered extends Omit<CallRecord, 'endedAt' | 'said'> {
  readonly endedAt: number;
  readonly said: Exclude<Said, { kind: 'nothing' }>;
}

/** Refusals that stand for "there is nothing of this key that could be told instead" (row 12). */
const ONLY_OF_NEW_WORK: readonly string[] = ['NO_HANDLER', 'ACTION_UNKNOWN', 'PARAMS_INVALID'];

/** All states in which the key may be after it gave this answer; none = it cannot have given it. */
export function after(state: KeyState, op: Answered, generationOf: (id: string) => number): KeyState[] {
  const { said } = op;
  if (said.kind === 'refused') return refused(state, op, said.code) ? [state] : [];
  const wanted = generationOf(said.id);
  const found: KeyState[] = [];
  if (wanted === state.generation + 1 && mayClaim(state, op)) found.push(claimed(wanted, op));
  const isSame = wanted === state.generation && state.params === op.params;
  if (isSame && !(said.kind !== 'accepted' && said.how === 'executed')) found.push(...joined(state, op));
  return found;
}

/** A request of which nobody saw an answer, or a message that came late or twice, began the next doing. */
export function ghost(
  state: KeyState,
  source: Pick<CallRecord, 'params' | 'effects' | 'windowed'>,
): KeyState | null {
  const op = { ...source, requestId: '' };
  if (!mayClaim(state, op)) return null;
  return { ...NEVER_ASKED, generation: state.generation + 1, params: source.params };
}

type Asking = Pick<CallRecord, 'params' | 'effects' | 'windowed' | 'requestId'>;

/** Rows 1, 6 and 13. What nobody was told may have come to anything. */
function mayClaim(state: KeyState, { params, effects, windowed, requestId }: Asking): boolean {
  if (state.generation === 0) return true;
  if (state.by === requestId) return false;
  if (windowed) return true;
  if (state.params !== params) return false;
  return state.outcome === null || mayReopen(state, effects);
}

const mayReopen = ({ outcome, effect }: KeyState, effects: Effects): boolean =>
  outcome?.startsWith('failed') === true && (effect === 'none' || isRepeatable(effects));

function claimed(generation: number, { params, requestId, said }: Answered): KeyState {
  return { ...NEVER_ASKED, generation, params, by: requestId, ...outcomeOf(said) };
}

/** Rows 3, 4, 5 and 7. */
function joined(state: KeyState, { said, effects, requestId, windowed }: Answered): KeyState[] {
  const told = outcomeOf(said);
  if (told.outcome !== null && state.outcome !== null && told.outcome !== state.outcome) return [];
  const next = told.outcome === null ? state : { ...state, ...told };
  const isReplayed = said.kind !== 'accepted' && said.kind !== 'refused' && said.how === 'replayed';
  if (!isReplayed) return state.isPast ? [] : [next];
  // Row 6: a new call after a failure that may be done again is new work, not a repeat.
  const isNewCall = state.by !== null && state.by !== requestId;
  if (isNewCall && !windowed && mayReopen(next, effects)) return [];
  return [{ ...next, isPast: true }];
}

function refused(state: KeyState, op: Answered, code: string): boolean {
  if (code === 'IDEMPOTENCY_KEY_REUSED') return state.generation > 0 && state.params !== op.params;
  if (ONLY_OF_NEW_WORK.includes(code)) return mayClaim(state, op);
  return true;
}

function outcomeOf(said: Said): Pick<KeyState, 'outcome' | 'effect'> {
  if (said.kind === 'succeeded') return { outcome: `succeeded ${said.result}`, effect: null };
  if (said.kind === 'failed') return { outcome: `failed ${said.code}`, effect: said.effect };
  return { outcome: null, effect: null };
}

import {
  type ActionEvent,
  type ActionPolicy,
  effectKey,
  type JsonObject,
  type ScopeHash,
} from '@action-do/contracts';
import { type ExecutionState, type Generation, isBeingUndone, isClosed } from './execution-state.js';
import { isRepeatable } from './repeatable.js';

/** Late repeats are told by the caller's clock: this much of disagreement is forgiven. */
export const FIRST_SENT_SKEW_MS = 5 * 60_000;

export interface RequestAction {
  readonly scope: ScopeHash;
  readonly action: string;
  readonly version: number;
  readonly policy: ActionPolicy;
  /** Validated, defaults applied. */
  readonly params: JsonObject;
  readonly paramsDigest: string;
  readonly key: string;
  readonly keyDerived: boolean;
  readonly requestId: string;
  readonly metadata: Record<string, string> | undefined;
  /** When the caller sent this call for the first time, if it said so. */
  readonly firstSentAtMs: number | undefined;
  /** Names the executor that begins at once; null = no slot is free, the execution waits as pending. */
  readonly executor: string | null;
  readonly nowMs: number;
}

export type RequestDecision =
  /** Append exactly these at the state's revision: whoever succeeds owns the generation. */
  | { readonly kind: 'claim'; readonly events: readonly ActionEvent[] }
  /** Somebody is at it, or its outcome is unknown: wait for that one. Rows 3, 7, 19. */
  | { readonly kind: 'attach'; readonly generation: Generation }
  /** Settled: answer with what was recorded. Rows 4, 5. */
  | { readonly kind: 'replay'; readonly generation: Generation }
  | {
      readonly kind: 'refuse';
      readonly code: 'IDEMPOTENCY_KEY_REUSED' | 'TOO_LATE' | 'IN_PROGRESS';
      readonly generation: Generation;
    };

/** The only place where a request is accepted, joined to an earlier one, answered from it, or refused. */
export function decideRequest(state: ExecutionState, command: RequestAction): RequestDecision {
  const { generation } = state;
  if (generation === null) return claim(command, 1, 1);
  const number = generation.request.generation + 1;
  const { epoch } = generation.request;
  // The very call that this generation was begun for, sent again: never new work, whatever has happened since (row 17).
  const sameCall = generation.request.requestId === command.requestId;

  if (windowIsOver(generation, command.nowMs)) {
    if (isBeingUndone(generation)) return { kind: 'refuse', code: 'IN_PROGRESS', generation };
    if (sameCall || isLateRepeat(generation, command))
      return { kind: 'refuse', code: 'TOO_LATE', generation };
    return claim(command, number, epoch + 1);
  }
  if (generation.request.paramsDigest !== command.paramsDigest)
    return { kind: 'refuse', code: 'IDEMPOTENCY_KEY_REUSED', generation };
  if (!isClosed(generation)) return { kind: 'attach', generation };
  if (isBeingUndone(generation)) return { kind: 'refuse', code: 'IN_PROGRESS', generation };
  if (sameCall || generation.status === 'succeeded') return { kind: 'replay', generation };
  if (generation.status === 'undone') return claim(command, number, epoch + 1);
  if (!mayReopen(generation, command.policy)) return { kind: 'replay', generation };
  // A new effect key only where the old one is known to have done nothing: otherwise it must guard the repeat.
  return claim(command, number, generation.effect === 'none' ? epoch + 1 : epoch);
}

/**
 * Row 6: doing a failed work again is safe where nothing happened, or where the effect key makes a repeat harmless:
 * both to the version that failed, which must have passed the key on, and to the present one, which must heed it.
 */
function mayReopen(generation: Generation, present: ActionPolicy): boolean {
  const { effects, idempotency } = generation.request.policy;
  if (idempotency.reopen === 'never') return false;
  return generation.effect === 'none' || (isRepeatable(effects) && isRepeatable(present.effects));
}

const windowEnd = (generation: Generation): number | null => generation.outcome?.windowEndsAtMs ?? null;

function windowIsOver(generation: Generation, nowMs: number): boolean {
  const end = windowEnd(generation);
  return end !== null && nowMs >= end;
}

/** Row 14: first sent before the window ended, so it is a retry that came late and not new work. */
function isLateRepeat(generation: Generation, { firstSentAtMs }: RequestAction): boolean {
  const end = windowEnd(generation);
  return firstSentAtMs !== undefined && end !== null && firstSentAtMs - FIRST_SENT_SKEW_MS < end;
}

function claim(command: RequestAction, generation: number, epoch: number): RequestDecision {
  const { scope, executor, nowMs, policy, metadata } = command;
  const requested: ActionEvent = {
    type: 'ActionRequested',
    data: {
      generation,
      epoch,
      effectKey: effectKey(scope, epoch),
      action: command.action,
      version: command.version,
      params: command.params,
      paramsDigest: command.paramsDigest,
      key: command.key,
      keyDerived: command.keyDerived,
      requestId: command.requestId,
      policy,
      ...(metadata ? { metadata } : {}),
      deadlineAtMs: nowMs + policy.deadlineMs,
      atMs: nowMs,
    },
  };
  if (executor === null) return { kind: 'claim', events: [requested] };
  return {
    kind: 'claim',
    events: [requested, { type: 'ActionStarted', data: { attempt: 1, executor, atMs: nowMs } }],
  };
}

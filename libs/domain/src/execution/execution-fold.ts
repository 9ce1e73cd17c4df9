import type { ActionEvent, ActionEventData, EffectState } from '@action-do/contracts';
import {
  ABSENT,
  type ExecutionState,
  type Generation,
  type GenerationStatus,
  isBeingUndone,
  isClosed,
  type Outcome,
  type Undo,
} from './execution-state.js';
import { wasNeverBegun } from './never-begun.js';

/** A history that the deciders cannot have written: our bug or a foreign hand. Never caught midway. */
export class CorruptHistory extends Error {
  readonly code = 'CORRUPT_HISTORY';
  constructor(type: string, status: string, revision: bigint) {
    super(`corrupt history: ${type} on ${status} at revision ${revision}`);
    this.name = 'CorruptHistory';
  }
}

/** Folds events onto a state; the same events always give the same state. */
export const foldExecution = (
  events: readonly ActionEvent[],
  from: ExecutionState = ABSENT,
): ExecutionState => events.reduce(evolveExecution, from);

/** Records one fact and never refuses a legal one; throws CorruptHistory on what cannot have been decided. */
export function evolveExecution(state: ExecutionState, event: ActionEvent): ExecutionState {
  const revision = state.revision + 1n;
  return { revision, generation: evolveGeneration(state.generation, event, revision) };
}

function evolveGeneration(current: Generation | null, event: ActionEvent, revision: bigint): Generation {
  if (event.type === 'ActionRequested') return begin(current, event.data, revision);
  if (current === null) throw new CorruptHistory(event.type, 'absent', revision);
  const corrupt = () => new CorruptHistory(event.type, current.status, revision);
  const insist = (possible: boolean): void => {
    if (!possible) throw corrupt();
  };
  const allow = (...statuses: GenerationStatus[]): void => insist(statuses.includes(current.status));
  switch (event.type) {
    case 'ActionStarted':
      allow('pending', 'retrying');
      insist(event.data.attempt === current.attempt + 1);
      return start(current, event.data);
    case 'ActionAttemptFailed':
      allow('running');
      insist(event.data.attempt === current.attempt);
      return {
        ...current,
        status: 'retrying',
        nextAttemptAtMs: event.data.nextAttemptAtMs,
        effect: worse(current.effect, event.data.effect),
        neverBegun: current.neverBegun + Number(wasNeverBegun(event.data.error, event.data.effect)),
        lastError: event.data.error,
      };
    case 'ActionOutcomeUnknown':
      allow('pending', 'running', 'retrying');
      insist(event.data.attempt === current.attempt);
      return {
        ...current,
        status: 'unknown',
        effect: 'unknown',
        lastError: event.data.error,
        nextAttemptAtMs: null,
        unknownSinceMs: event.data.atMs,
      };
    case 'ActionSucceeded': {
      allow('running', 'retrying', 'unknown');
      insist(event.data.attempt === current.attempt);
      const { result, ...rest } = event.data;
      return close(current, 'succeeded', { ...settled(rest), ok: true, result });
    }
    case 'ActionFailed': {
      allow('pending', 'running', 'retrying', 'unknown');
      insist(event.data.attempt === current.attempt);
      const { error, ...rest } = event.data;
      const status = error.code === 'CANCELLED' ? 'cancelled' : 'failed';
      return { ...close(current, status, { ...settled(rest), ok: false, error }), lastError: error };
    }
    case 'ActionLateOutcome':
      return current;
    case 'ActionCancelRequested':
      allow('pending', 'running', 'retrying');
      return { ...current, cancelRequestedAtMs: event.data.atMs };
    case 'ActionUndoRequested':
      allow('succeeded', 'failed', 'cancelled');
      insist(!isBeingUndone(current));
      return { ...current, undo: undoRequested(current.undo, event.data) };
    case 'ActionUndoStarted': {
      const { undo } = current;
      if (undo?.status !== 'waiting' || event.data.attempt !== undo.attempt + 1) throw corrupt();
      return { ...current, undo: undoStarted(undo, event.data) };
    }
    case 'ActionUndoFailed': {
      const { undo } = current;
      if (undo === null || !isBeingUndone(current) || event.data.attempt !== undo.attempt) throw corrupt();
      insist(undo.status === 'running' || event.data.nextAttemptAtMs === null);
      return { ...current, undo: undoFailed(undo, event.data) };
    }
    case 'ActionUndone': {
      // Also behind a giving up: whoever undid it undid it.
      allow('succeeded', 'failed', 'cancelled');
      if (current.undo === null || current.undo.attempt === 0) throw corrupt();
      return {
        ...current,
        status: 'undone',
        undo: { ...current.undo, status: 'done', nextAttemptAtMs: null },
      };
    }
  }
}

function begin(
  current: Generation | null,
  request: ActionEventData<'ActionRequested'>,
  revision: bigint,
): Generation {
  const number = current === null ? 1 : current.request.generation + 1;
  const free = current === null || (isClosed(current) && !isBeingUndone(current));
  if (!free || request.generation !== number)
    throw new CorruptHistory('ActionRequested', current?.status ?? 'absent', revision);
  // Under the same effect key, doubt outlives the generation: one that did nothing does not undo what came before it.
  const effect = current !== null && current.request.epoch === request.epoch ? current.effect : 'none';
  return {
    request,
    status: 'pending',
    attempt: 0,
    neverBegun: 0,
    executor: null,
    firstStartedAtMs: null,
    attemptStartedAtMs: null,
    nextAttemptAtMs: null,
    unknownSinceMs: null,
    effect,
    effectBefore: effect,
    outcome: null,
    lastError: null,
    cancelRequestedAtMs: null,
    undo: null,
  };
}

const start = (
  current: Generation,
  { attempt, executor, atMs }: ActionEventData<'ActionStarted'>,
): Generation => ({
  ...current,
  status: 'running',
  attempt,
  executor,
  firstStartedAtMs: current.firstStartedAtMs ?? atMs,
  attemptStartedAtMs: atMs,
  nextAttemptAtMs: null,
  effectBefore: current.effect,
});

const close = (current: Generation, status: GenerationStatus, outcome: Outcome): Generation => ({
  ...current,
  status,
  outcome,
  effect: outcome.effect,
  nextAttemptAtMs: null,
  unknownSinceMs: null,
});

/** What an earlier undo of the generation may have taken back stays in doubt, and its attempts are counted on. */
const undoRequested = (
  before: Undo | null,
  { atMs, requestId }: ActionEventData<'ActionUndoRequested'>,
): Undo => ({
  status: 'waiting',
  requestedAtMs: atMs,
  requestId: requestId ?? null,
  attempt: before?.attempt ?? 0,
  attemptBefore: before?.attempt ?? 0,
  neverBegun: 0,
  executor: null,
  attemptStartedAtMs: null,
  nextAttemptAtMs: atMs,
  effect: before?.effect ?? 'none',
  lastError: null,
});

const undoStarted = (
  undo: Undo,
  { attempt, executor, atMs }: ActionEventData<'ActionUndoStarted'>,
): Undo => ({
  ...undo,
  status: 'running',
  attempt,
  executor,
  attemptStartedAtMs: atMs,
  nextAttemptAtMs: null,
});

const undoFailed = (undo: Undo, data: ActionEventData<'ActionUndoFailed'>): Undo => ({
  ...undo,
  status: data.nextAttemptAtMs === null ? 'failed' : 'waiting',
  neverBegun: undo.neverBegun + Number(wasNeverBegun(data.error, data.effect)),
  nextAttemptAtMs: data.nextAttemptAtMs,
  effect: worse(undo.effect, data.effect),
  lastError: data.error,
});

const settled = (data: Omit<ActionEventData<'ActionFailed'>, 'error'>) => ({
  atMs: data.atMs,
  effect: data.effect,
  settledBy: data.settledBy,
  evidence: data.evidence,
  windowEndsAtMs: data.windowEndsAtMs,
});

/** Of two attempts, what may have happened outside: something known to have happened, else doubt, else nothing. */
export function worse(a: EffectState, b: EffectState): EffectState {
  if (a === 'applied' || b === 'applied') return 'applied';
  return a === 'unknown' || b === 'unknown' ? 'unknown' : 'none';
}

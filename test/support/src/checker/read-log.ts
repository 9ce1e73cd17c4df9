import { type ActionEvent, executionId, parseActionStream } from '@action-do/contracts';
import {
  ABSENT,
  CorruptHistory,
  type ExecutionState,
  evolveExecution,
  type Generation,
} from '@action-do/domain';
import type { LoggedEvent, Violation } from './evidence.js';

/** One doing of a key, as the log tells it. */
export interface Told {
  readonly id: string;
  readonly stream: string;
  /** As it was when the log ended; of an older generation, when the next began. */
  generation: Generation;
  /** Position of its request. */
  readonly position: number;
  /** By attempt: the position of its ActionStarted, and who began it. */
  readonly started: Map<number, { readonly position: number; readonly executor: string }>;
  /** The same of attempts to undo it. */
  readonly undosStarted: Map<number, { readonly position: number; readonly executor: string }>;
  /** Position of its ActionUndone; null while there is none. */
  undoneAt: number | null;
  /** Attempts whose failure says that nothing happened outside. */
  readonly harmless: Set<number>;
  /** Which attempt the outcome says it is of, who said so, and when by the clock of whoever recorded it; null while there is none. */
  settled: { readonly attempt: number; readonly by: string | undefined; readonly atMs: number } | null;
  /** Succeeded and Failed events. */
  ends: number;
  wasUnknown: boolean;
}

export interface ToldLog {
  /** By execution id. */
  readonly executions: ReadonlyMap<string, Told>;
  readonly violations: readonly Violation[];
}

/** Folds the log; what the fold refuses, and what no fold sees, is a violation of I1. */
export function readLog(log: readonly LoggedEvent[]): ToldLog {
  const executions = new Map<string, Told>();
  const violations: Violation[] = [];
  const states = new Map<string, ExecutionState>();
  const seen = new Set<string>();
  for (const recorded of log) {
    const { streamId, type, data, id: eventId } = recorded;
    const blame = (what: string): void => void violations.push({ invariant: 'I1', of: streamId, what });
    if (seen.has(eventId)) blame(`event ${eventId} stands in the log twice`);
    seen.add(eventId);
    const scope = parseActionStream(streamId)?.scope;
    if (scope === undefined) continue;
    const event = { type, data } as ActionEvent;
    const before = states.get(streamId) ?? ABSENT;
    if (before.revision + 1n !== BigInt(recorded.revision))
      blame(`revision ${recorded.revision} behind ${before.revision}`);
    try {
      const state = evolveExecution(before, event);
      states.set(streamId, state);
      if (state.generation !== null)
        note(
          executions,
          executionId(scope, state.generation.request.generation),
          recorded,
          event,
          state.generation,
        );
    } catch (error) {
      if (!(error instanceof CorruptHistory)) throw error;
      blame(error.message);
    }
  }
  for (const { id, ends } of executions.values())
    if (ends > 1) violations.push({ invariant: 'I1', of: id, what: `it has ${ends} outcomes` });
  return { executions, violations };
}

function note(
  executions: Map<string, Told>,
  id: string,
  { streamId, position, metadata }: LoggedEvent,
  event: ActionEvent,
  generation: Generation,
): void {
  const known = executions.get(id);
  const told: Told = known ?? {
    id,
    stream: streamId,
    generation,
    position,
    started: new Map(),
    undosStarted: new Map(),
    undoneAt: null,
    harmless: new Set(),
    settled: null,
    ends: 0,
    wasUnknown: false,
  };
  executions.set(id, told);
  told.generation = generation;
  switch (event.type) {
    case 'ActionStarted':
      told.started.set(event.data.attempt, { position, executor: event.data.executor });
      break;
    case 'ActionAttemptFailed':
      if (event.data.effect === 'none') told.harmless.add(event.data.attempt);
      break;
    case 'ActionOutcomeUnknown':
      told.wasUnknown = true;
      break;
    case 'ActionSucceeded':
    case 'ActionFailed':
      told.ends++;
      told.settled = { attempt: event.data.attempt, by: event.data.settledBy, atMs: event.data.atMs };
      break;
    case 'ActionUndoStarted':
      told.undosStarted.set(event.data.attempt, { position, executor: event.data.executor });
      break;
    case 'ActionUndone':
      told.undoneAt = position;
      break;
    case 'ActionLateOutcome':
      // A late word may be about an older generation, and says so itself.
      noteLate(executions, metadata['executionId'] ?? id, event.data);
  }
}

function noteLate(
  executions: Map<string, Told>,
  id: string,
  { attempt, outcome }: Extract<ActionEvent, { type: 'ActionLateOutcome' }>['data'],
): void {
  if ('effect' in outcome && outcome.effect === 'none') executions.get(id)?.harmless.add(attempt);
}

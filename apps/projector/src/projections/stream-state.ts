import type { ActionEvent } from '@action-do/contracts';
import { evolveExecution, type Generation } from '@action-do/domain';
import type { RecordedEvent } from '@action-do/event-store';
import { readActionEvent } from './read-action-event.js';

/** What a key's stream comes to, folded as the deciders fold it. */
export interface StreamState {
  /** Of the last event seen, readable or not; -1 before the first. */
  readonly revision: bigint;
  readonly generation: Generation | null;
  /** Of the generation's ActionRequested. */
  readonly firstPosition: bigint;
  /** Of the first generation's. */
  readonly keyPosition: bigint;
  /** Why nobody knows what the stream comes to from here on: something in it is missing, or is none of ours. */
  readonly hole: string | null;
}

export const NEW_STREAM: StreamState = {
  revision: -1n,
  generation: null,
  firstPosition: 0n,
  keyPosition: 0n,
  hole: null,
};

/** The same however the log is cut: what was known of it before the hole has no part in what comes behind it. */
export const withHole = (revision: bigint, hole: string): StreamState => ({ ...NEW_STREAM, revision, hole });

export type Advanced =
  | { readonly kind: 'folded'; readonly state: StreamState; readonly event: ActionEvent }
  /** The event says nothing that we understand: it is passed over. */
  | { readonly kind: 'passed-over'; readonly state: StreamState; readonly why: string };

/** Folds the next event of the stream. A history that cannot be is told, not thrown: the views must go on. */
export function advance(before: StreamState, recorded: RecordedEvent): Advanced {
  const { revision, position } = recorded;
  const { hole } = before;
  if (hole !== null) return { kind: 'passed-over', state: withHole(revision, hole), why: hole };
  const event = readActionEvent(recorded);
  if (typeof event === 'string') return { kind: 'passed-over', state: { ...before, revision }, why: event };
  try {
    const { generation } = evolveExecution({ revision: revision - 1n, generation: before.generation }, event);
    const begins = event.type === 'ActionRequested';
    const state = {
      revision,
      generation,
      firstPosition: begins ? position : before.firstPosition,
      keyPosition: before.generation === null ? position : before.keyPosition,
      hole,
    };
    return { kind: 'folded', state, event };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { kind: 'passed-over', state: { ...before, revision }, why };
  }
}

/** The same without params and results, which nothing that follows needs: so that many fit into memory. */
export function withoutPayload(state: StreamState): StreamState {
  if (state.generation === null) return state;
  const { request, outcome } = state.generation;
  return {
    ...state,
    generation: {
      ...state.generation,
      request: { ...request, params: {}, metadata: undefined },
      outcome: outcome?.ok ? { ...outcome, result: null } : outcome,
    },
  };
}

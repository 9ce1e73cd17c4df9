import type { ActionEvent } from '@action-do/contracts';
import { evolveExecution, type Generation } from '@action-do/domain';
import type { RecordedEvent } from '@action-do/event-store';
import { readActionEvent } from './read-action-event.js';

/**
 * What a key's stream comes to, folded as the deciders fold it, without params and results, so that many fit into
 * memory. The projector keeps those that were changed last and reads the others again from the log.
 */
export interface StreamState {
  /** Of the last event seen, readable or not; -1 before the first. */
  readonly revision: bigint;
  readonly generation: Generation | null;
  /** Of the generation's ActionRequested. */
  readonly firstPosition: bigint;
}

export const NEW_STREAM: StreamState = { revision: -1n, generation: null, firstPosition: 0n };

export type Advanced =
  | { readonly kind: 'folded'; readonly state: StreamState; readonly event: ActionEvent }
  /** The event says nothing that we understand: it is passed over. */
  | { readonly kind: 'passed-over'; readonly state: StreamState; readonly why: string };

/** Folds the next event of the stream. A history that cannot be is told, not thrown: the views must go on. */
export function advance(before: StreamState, recorded: RecordedEvent): Advanced {
  const { revision, position } = recorded;
  const event = readActionEvent(recorded);
  if (typeof event === 'string') return { kind: 'passed-over', state: { ...before, revision }, why: event };
  try {
    const { generation } = evolveExecution({ revision: revision - 1n, generation: before.generation }, event);
    const firstPosition = event.type === 'ActionRequested' ? position : before.firstPosition;
    return {
      kind: 'folded',
      state: { revision, generation: generation && withoutPayload(generation), firstPosition },
      event,
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { kind: 'passed-over', state: { ...before, revision }, why };
  }
}

function withoutPayload(generation: Generation): Generation {
  const { request, outcome } = generation;
  return {
    ...generation,
    request: { ...request, params: {}, metadata: undefined },
    outcome: outcome?.ok ? { ...outcome, result: null } : outcome,
  };
}

import type { JsonObject, JsonValue, RecordedEvent } from '@action-do/event-store';
import type { Generation, Step } from './history.js';

type Growing = Generation & { readonly steps: Step[] };

/** What the log holds of actions, by execution id. */
export async function foldLog(
  events: AsyncIterable<RecordedEvent> | Iterable<RecordedEvent>,
): Promise<Map<string, Generation>> {
  const generations = new Map<string, Growing>();
  for await (const event of events) addEvent(generations, event);
  return generations;
}

function addEvent(generations: Map<string, Growing>, event: RecordedEvent): void {
  const { type, data, metadata, createdAtMs, streamId } = event;
  const executionId = metadata['executionId'] ?? '';
  if (type === 'ActionRequested')
    generations.set(executionId, {
      executionId,
      stream: streamId,
      work: text(member(data['params'], 'id')),
      action: text(data['action']),
      effects: text(member(data['policy'], 'effects')),
      effectKey: text(data['effectKey']),
      steps: [],
    });
  const { attempt, executor, error, effect, result } = data;
  const code = member(error, 'code');
  generations.get(executionId)?.steps.push({
    type,
    atMs: createdAtMs,
    attempt: typeof attempt === 'number' ? attempt : 0,
    ...(typeof executor === 'string' && { executor }),
    ...(typeof code === 'string' && { code }),
    ...(typeof effect === 'string' && { effect }),
    ...(result !== undefined && { result: JSON.stringify(result) }),
  });
}

const isMap = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const member = (value: JsonValue | undefined, name: string): JsonValue | undefined =>
  isMap(value) ? value[name] : undefined;
const text = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');

export const isOutcome = ({ type }: Step): boolean => type === 'ActionSucceeded' || type === 'ActionFailed';

/** Where a generation stands at the end of what is known of it. */
export function standing({ steps, effects }: Generation): 'closed' | 'parked' | 'open' {
  if (steps.some(isOutcome)) return 'closed';
  const last = steps.findLast(({ type }) => /^Action(Started|AttemptFailed|OutcomeUnknown)$/.test(type));
  // Of any other class somebody can find out, or try again.
  return last?.type === 'ActionOutcomeUnknown' && effects === 'unsafe' ? 'parked' : 'open';
}

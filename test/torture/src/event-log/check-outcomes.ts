import type { RecordedEvent } from '@action-do/event-store';
import type { Heard } from './storm-call.js';

/** Every result that a caller was given stands in the log as the one outcome of its execution. */
export async function checkOutcomes(
  events: AsyncIterable<RecordedEvent>,
  heard: readonly Heard[],
): Promise<{ readonly acknowledged: number; readonly broken: readonly string[] }> {
  const given = new Map<string, string>();
  for (const { executionId, result } of heard) if (result !== undefined) given.set(executionId, result);
  const recorded = new Map<string, string[]>();
  for await (const { type, data, metadata } of events) {
    if (type !== 'ActionSucceeded') continue;
    const id = metadata['executionId'] ?? '';
    recorded.set(id, [...(recorded.get(id) ?? []), JSON.stringify(data['result'])]);
  }
  const broken = [...given].flatMap(([id, result]) => {
    const found = recorded.get(id) ?? [];
    return found.length === 1 && found[0] === result
      ? []
      : [`O1 ${id} was answered with ${result}, the log has ${found.join(' and ') || 'nothing'}`];
  });
  return { acknowledged: given.size, broken };
}

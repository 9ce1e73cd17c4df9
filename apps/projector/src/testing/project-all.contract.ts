/** Projects a log in the given batches, keeping between them what the projector keeps. */
import type { RecordedEvent } from '@action-do/event-store';
import { nameOf, type PassedOver, projectBatch } from '../projections/project-batch.js';
import type { StreamState } from '../projections/stream-state.js';
import { LOG_ID } from './histories.contract.js';
import { MemoryViews } from './memory-views.contract.js';

export async function projectAll(
  batches: readonly (readonly RecordedEvent[])[],
): Promise<{ views: MemoryViews; passedOver: readonly PassedOver[] }> {
  const views = new MemoryViews();
  const streams = new Map<string, StreamState>();
  const passedOver: PassedOver[] = [];
  for (const batch of batches) {
    const last = batch.at(-1);
    if (last === undefined) continue;
    const projected = projectBatch(
      batch,
      { logId: LOG_ID, position: last.position },
      {
        stream: (streamId) => streams.get(streamId),
        action: (tenant, action, version) => views.actionRows.get(nameOf(tenant, action, version)),
      },
    );
    await views.apply(projected.changes);
    for (const [streamId, state] of projected.streams) streams.set(streamId, state);
    passedOver.push(...projected.passedOver);
  }
  return { views, passedOver };
}

/** Cuts a list behind each of the given places. */
export function cut<T>(all: readonly T[], places: readonly number[]): T[][] {
  const ends = [...new Set(places.map((place) => place % (all.length + 1)))].sort((a, b) => a - b);
  return [0, ...ends].map((from, index) => all.slice(from, ends[index] ?? all.length));
}

import type { ActionEvent } from '@action-do/contracts';
import type { Evidence } from '@action-do/test-support';

/** What has to have come of the faults: a run of many seeds in which none of it happened has tried nothing. */
export const SIGHTINGS = [
  'an attempt was taken over',
  'work was done anew by a later call',
  'a window was over',
  'the outcome became unknown',
  'a late worker closed what was unknown or waiting',
  'a probe closed it',
  'a late outcome changed nothing',
  'a worker was gone before it began',
  'it was cancelled',
  'an operator settled it',
  'it was undone',
  'an attempt to undo it failed',
] as const;
export type Sighting = (typeof SIGHTINGS)[number];
export type SightingCounts = Record<Sighting, number>;

export const noSightings = (): SightingCounts =>
  Object.fromEntries(SIGHTINGS.map((name) => [name, 0])) as SightingCounts;

export function addSightings(total: SightingCounts, { log }: Pick<Evidence, 'log'>): void {
  const windowEnds = new Map<string, number | null>();
  for (const { type, data, streamId } of log) {
    const event = { type, data } as ActionEvent;
    const sighting = sightingOf(event);
    if (sighting !== null) total[sighting]++;
    if (event.type === 'ActionSucceeded' || event.type === 'ActionFailed')
      windowEnds.set(streamId, event.data.windowEndsAtMs);
    const windowEnd = windowEnds.get(streamId) ?? null;
    if (event.type === 'ActionRequested' && windowEnd !== null && event.data.atMs >= windowEnd)
      total['a window was over']++;
  }
}

function sightingOf(event: ActionEvent): Sighting | null {
  switch (event.type) {
    case 'ActionRequested':
      return event.data.generation > 1 ? 'work was done anew by a later call' : null;
    case 'ActionAttemptFailed':
      if (event.data.error.code === 'LEASE_LOST') return 'an attempt was taken over';
      return event.data.error.code === 'NO_HANDLER' ? 'a worker was gone before it began' : null;
    case 'ActionOutcomeUnknown':
      return 'the outcome became unknown';
    case 'ActionLateOutcome':
      return 'a late outcome changed nothing';
    case 'ActionSucceeded':
    case 'ActionFailed':
      if (event.type === 'ActionFailed' && event.data.error.code === 'CANCELLED') return 'it was cancelled';
      if (event.data.settledBy === 'operator') return 'an operator settled it';
      if (event.data.settledBy === 'late-worker') return 'a late worker closed what was unknown or waiting';
      return event.data.settledBy === 'probe' ? 'a probe closed it' : null;
    case 'ActionUndone':
      return 'it was undone';
    case 'ActionUndoFailed':
      return 'an attempt to undo it failed';
    default:
      return null;
  }
}

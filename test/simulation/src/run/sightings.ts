import type { ActionEvent } from '@action-do/contracts';
import type { CallRecord, Evidence } from '@action-do/test-support';

/** What has to have come of the faults: a run of many seeds in which none of it happened has tried nothing. */
export const SIGHTINGS = [
  'a call did it (row 1)',
  'a call was told to come again (row 2)',
  'a call joined what ran (row 3)',
  'a success was replayed (row 4)',
  'a failure was replayed (row 5)',
  'a call joined what had more than one attempt (row 7)',
  'a reused key was refused (row 8)',
  'work without a key was known again (row 10)',
  'a call was refused because nobody performs it (rows 12, 18)',
  'two asked for it at once (row 15)',
  'whoever asked for it had left (row 21)',
  'an attempt was taken over (row 19)',
  'work was done anew by a later call (row 6)',
  'a window was over (row 13)',
  'the outcome became unknown (row 19)',
  'a late worker closed what was unknown or waiting (row 20)',
  'a probe closed it (row 19)',
  'a late outcome changed nothing (row 20)',
  'a worker was gone before it began (row 18b)',
  'it was cancelled (row 22)',
  'an operator settled it (row 19)',
  'it was undone (row 25)',
  'an attempt to undo it failed',
  'an attempt to undo it was taken over',
  'undoing it was given up',
  'it was undone after undoing it was given up',
] as const;
export type Sighting = (typeof SIGHTINGS)[number];
export type SightingCounts = Record<Sighting, number>;

export const noSightings = (): SightingCounts =>
  Object.fromEntries(SIGHTINGS.map((name) => [name, 0])) as SightingCounts;

export function addSightings(total: SightingCounts, { log, calls }: Pick<Evidence, 'log' | 'calls'>): void {
  for (const call of calls) for (const sighting of ofCall(call, log, calls)) total[sighting]++;
  /** Streams whose newest undo was given up. */
  const givenUp = new Set<string>();
  const windowEnds = new Map<string, number | null>();
  for (const { type, data, streamId } of log) {
    const event = { type, data } as ActionEvent;
    const sighting = sightingOf(event);
    if (sighting !== null) total[sighting]++;
    if (event.type === 'ActionUndone' && givenUp.has(streamId))
      total['it was undone after undoing it was given up']++;
    if (event.type === 'ActionUndoFailed' && event.data.nextAttemptAtMs === null) {
      total['undoing it was given up']++;
      givenUp.add(streamId);
    } else if (type.startsWith('ActionUndo')) givenUp.delete(streamId);
    if (event.type === 'ActionSucceeded' || event.type === 'ActionFailed')
      windowEnds.set(streamId, event.data.windowEndsAtMs);
    const windowEnd = windowEnds.get(streamId) ?? null;
    if (event.type === 'ActionRequested' && windowEnd !== null && event.data.atMs >= windowEnd)
      total['a window was over (row 13)']++;
  }
}

function* ofCall(
  { requestId, key, said, beganAt, endedAt }: CallRecord,
  log: Evidence['log'],
  calls: Evidence['calls'],
): Generator<Sighting> {
  const of = (id: string) => log.filter(({ metadata }) => metadata['executionId'] === id);
  if (said.kind === 'nothing') {
    const begun = log.find(
      ({ type, data }) =>
        type === 'ActionRequested' && (data as { requestId: string }).requestId === requestId,
    );
    const id = begun?.metadata['executionId'];
    if (id !== undefined && of(id).some(({ type }) => type === 'ActionSucceeded'))
      yield 'whoever asked for it had left (row 21)';
  } else if (said.kind === 'accepted') yield 'a call was told to come again (row 2)';
  else if (said.kind === 'refused') {
    if (said.code === 'IDEMPOTENCY_KEY_REUSED') yield 'a reused key was refused (row 8)';
    if (said.code === 'NO_HANDLER') yield 'a call was refused because nobody performs it (rows 12, 18)';
  } else if (said.how === 'executed') {
    yield 'a call did it (row 1)';
    const isBeside = (other: CallRecord): boolean =>
      other.requestId !== requestId && other.beganAt < (endedAt ?? 0) && (other.endedAt ?? beganAt) > beganAt;
    if (calls.some((other) => 'id' in other.said && other.said.id === said.id && isBeside(other)))
      yield 'two asked for it at once (row 15)';
  } else {
    if (/ auto:/.test(key)) yield 'work without a key was known again (row 10)';
    if (said.how === 'attached') {
      yield 'a call joined what ran (row 3)';
      if (of(said.id).filter(({ type }) => type === 'ActionStarted').length > 1)
        yield 'a call joined what had more than one attempt (row 7)';
    } else if (said.kind === 'succeeded') yield 'a success was replayed (row 4)';
    else if (said.kind === 'failed') yield 'a failure was replayed (row 5)';
  }
}

function sightingOf(event: ActionEvent): Sighting | null {
  switch (event.type) {
    case 'ActionRequested':
      return event.data.generation > 1 ? 'work was done anew by a later call (row 6)' : null;
    case 'ActionAttemptFailed':
      if (event.data.error.code === 'LEASE_LOST') return 'an attempt was taken over (row 19)';
      return event.data.error.code === 'NO_HANDLER' ? 'a worker was gone before it began (row 18b)' : null;
    case 'ActionOutcomeUnknown':
      return 'the outcome became unknown (row 19)';
    case 'ActionLateOutcome':
      return 'a late outcome changed nothing (row 20)';
    case 'ActionSucceeded':
    case 'ActionFailed':
      if (event.type === 'ActionFailed' && event.data.error.code === 'CANCELLED')
        return 'it was cancelled (row 22)';
      if (event.data.settledBy === 'operator') return 'an operator settled it (row 19)';
      if (event.data.settledBy === 'late-worker')
        return 'a late worker closed what was unknown or waiting (row 20)';
      return event.data.settledBy === 'probe' ? 'a probe closed it (row 19)' : null;
    case 'ActionUndone':
      return 'it was undone (row 25)';
    case 'ActionUndoFailed':
      if (event.data.error.code === 'LEASE_LOST') return 'an attempt to undo it was taken over';
      return 'an attempt to undo it failed';
    default:
      return null;
  }
}

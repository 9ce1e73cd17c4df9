import { ACTION_STREAM_PREFIX } from '@action-do/contracts';
import type { EventStore } from '@action-do/event-store';
import type { Clock, Log } from '../ports.js';
import type { RecoveryMark } from './recovery-mark.js';

const PROGRESS_EVERY_MS = 2_000;

/** Streams that may hold an open execution: those of the mark, and those that the log tells of behind it. */
export async function findOpenStreams(
  store: EventStore,
  mark: RecoveryMark,
  clock: Clock,
  logger: Log,
): Promise<Set<string>> {
  const end = await endOf(store);
  const known = await fittingMark(store, mark, end, logger);
  const open = new Set(known?.streams);
  let events = 0;
  let toldAtMs = clock.nowMs();
  const options = { streamPrefixes: [ACTION_STREAM_PREFIX], ...(known ? { after: known.after } : {}) };
  for await (const { type, data, streamId, position } of store.readAll(options)) {
    if (type === 'ActionRequested' || type === 'ActionUndoRequested') open.add(streamId);
    else if (type === 'ActionUndone' || (type === 'ActionUndoFailed' && data['nextAttemptAtMs'] === null))
      open.delete(streamId);
    // Not ActionOutcomeUnknown: a late outcome or a probe may still close it, and looking once more costs little.
    else if (type === 'ActionSucceeded' || type === 'ActionFailed') open.delete(streamId);
    events++;
    if (clock.nowMs() - toldAtMs < PROGRESS_EVERY_MS) continue;
    toldAtMs = clock.nowMs();
    logger.info(
      { events, position: String(position), open: open.size },
      'looking for open executions in the log',
    );
  }
  mark.sawUpTo(end);
  return open;
}

/** A mark behind the end of the log is of a log that was taken back since: what is open now, it cannot know. */
async function fittingMark(store: EventStore, mark: RecoveryMark, end: bigint, logger: Log) {
  const known = await mark.read(store.logId);
  if (known === null || known.after <= end) return known;
  const fields = { after: String(known.after), end: String(end) };
  logger.warn(fields, 'the recovery mark lies behind the end of the log: the whole log is read instead');
  return null;
}

async function endOf(store: EventStore): Promise<bigint> {
  const stopper = new AbortController();
  for await (const item of store.subscribe({ after: 'end', signal: stopper.signal }))
    if (item.kind === 'caught-up') return item.position;
  return 0n;
}

import type { EventLogReader } from '@action-do/event-store';

/** Position of the last event of the log, 0n in an empty one. @throws StoreUnavailable */
export async function headOf(log: Pick<EventLogReader, 'subscribe'>): Promise<bigint> {
  const stopper = new AbortController();
  for await (const item of log.subscribe({ after: 'end', signal: stopper.signal }))
    return item.kind === 'event' ? item.event.position : item.position;
  return 0n;
}

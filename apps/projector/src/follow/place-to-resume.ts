import { type EventLogReader, StreamCutShort } from '@action-do/event-store';
import type { SeenEvent, ViewsWriter } from '@action-do/views';
import { headOf } from './head-of.js';

/** The views do not fit the log, and throwing them away is not ours to decide. */
export class ViewsDoNotFit extends Error {
  readonly code = 'VIEWS_DO_NOT_FIT';
  constructor(reason: string, options?: ErrorOptions) {
    super(`${reason}; \`ado views rebuild\` builds them anew from the log`, options);
    this.name = 'ViewsDoNotFit';
  }
}

export interface Place {
  readonly after: bigint;
  readonly head: bigint;
}

/** Where the log goes on for these views. @throws ViewsDoNotFit, ViewsUnavailable, StoreUnavailable */
export async function placeToResume(
  log: Pick<EventLogReader, 'logId' | 'subscribe' | 'readStream'>,
  views: Pick<ViewsWriter, 'checkpoint' | 'newestEvent'>,
): Promise<Place> {
  const checkpoint = await views.checkpoint();
  const head = await headOf(log);
  if (checkpoint === null) return { after: 0n, head };
  if (checkpoint.logId !== log.logId)
    throw new ViewsDoNotFit(
      `the views were built from the log ${checkpoint.logId}, and this is ${log.logId}`,
    );
  if (checkpoint.position > head)
    throw new ViewsDoNotFit(
      `the views tell of position ${checkpoint.position}, and the log ends at ${head}: it was taken back since`,
    );
  const newest = await views.newestEvent();
  if (newest !== null && !(await holds(log, newest)))
    throw new ViewsDoNotFit(
      `the views saw event ${newest.eventId} of ${newest.stream}, and this log does not hold it: it was put back from a backup since`,
    );
  return { after: checkpoint.position, head };
}

/** A log that was taken back grows past the views that were ahead of it; its events are others then. */
async function holds(
  log: Pick<EventLogReader, 'readStream'>,
  { stream, revision, eventId }: SeenEvent,
): Promise<boolean> {
  try {
    for await (const event of log.readStream(stream, { fromRevision: revision, limit: 1 }))
      return event.revision === revision && event.id === eventId;
    return false;
  } catch (error) {
    // Somebody deleted the stream where the log is served: that says nothing about the views.
    if (error instanceof StreamCutShort) return true;
    throw error;
  }
}

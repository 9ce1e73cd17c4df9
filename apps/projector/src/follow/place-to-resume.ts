import type { EventLogReader } from '@action-do/event-store';
import type { ViewsWriter } from '@action-do/views';
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
  log: Pick<EventLogReader, 'logId' | 'subscribe'>,
  views: Pick<ViewsWriter, 'checkpoint'>,
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
  return { after: checkpoint.position, head };
}

import type { EventLogReader } from '@action-do/event-store';
import { openViewsWriter } from '@action-do/views';
import { systemClock } from '../ports.js';
import { ViewsFiller } from './views-filler.js';

/**
 * Brings the views of a place to a position of the log without a projector: what others are compared with.
 * @throws ViewsInUse a projector has them  @throws StoreUnavailable @throws ViewsUnavailable
 */
export async function fillViews(log: EventLogReader, url: string, position: bigint): Promise<void> {
  const views = await openViewsWriter({ url });
  try {
    const filler = await ViewsFiller.goingOn(log, views, systemClock);
    await filler.fillUpTo(position, new AbortController().signal);
  } finally {
    await views.close();
  }
}

import type { EventLogReader } from '@action-do/event-store';
import { until } from '@action-do/test-support';
import { openViewsReader } from '@action-do/views';
import { endOf } from './check-views.js';

/** Resolves when the views tell of all that the log holds now. @throws Error they did not, within this time */
export async function viewsCaughtUp(
  log: Pick<EventLogReader, 'subscribe'>,
  viewsUrl: string,
  withinMs: number,
): Promise<void> {
  const reader = await openViewsReader({ url: viewsUrl });
  try {
    const end = await endOf(log);
    const reached = async () => ((await reader.checkpoint())?.position ?? -1n) >= end;
    await until('the views have caught up', reached, withinMs);
  } finally {
    await reader.close();
  }
}

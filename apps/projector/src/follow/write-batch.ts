import type { ViewsWriter } from '@action-do/views';
import { type Projected, projectBatch } from '../projections/project-batch.js';
import type { Batch } from './in-batches.js';
import type { Knowledge } from './knowledge.js';

/** One batch of the log into views: its rows and its checkpoint are one write. @throws StoreUnavailable, ViewsUnavailable */
export async function writeBatch(
  logId: string,
  views: Pick<ViewsWriter, 'apply'>,
  knowledge: Knowledge,
  { events, position }: Batch,
): Promise<Projected> {
  await knowledge.prepare(events);
  const projected = projectBatch(events, { logId, position }, knowledge);
  await views.apply(projected.changes);
  knowledge.keep(projected);
  return projected;
}

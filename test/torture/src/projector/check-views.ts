import { type EventLogReader, openEmbeddedEventStore } from '@action-do/event-store';
import { fillViews } from '@action-do/projector';
import { type Checkpoint, compareViews, openViewsReader } from '@action-do/views';

export interface Places {
  readonly logFolder: string;
  readonly viewsUrl: string;
  /** Views of the same engine that nobody ever kills. */
  readonly referenceUrl: string;
}

export interface CheckedViews {
  /** Null where it was killed before there were any. */
  readonly position: bigint | null;
  readonly rowsCompared: number;
  readonly broken: readonly string[];
}

/** Whether what a killed projector left is what the log up to its checkpoint gives, row by row. */
export async function checkViews(
  { logFolder, viewsUrl, referenceUrl }: Places,
  before: bigint,
): Promise<CheckedViews> {
  const log = await openEmbeddedEventStore({ folder: logFolder });
  try {
    const checkpoint = await checkpointOf(viewsUrl);
    if (checkpoint === null)
      return { position: null, rowsCompared: 0, broken: before > 0n ? ['the views are gone'] : [] };
    const { logId, position } = checkpoint;
    const refused = (why: string): CheckedViews => ({ position, rowsCompared: 0, broken: [why] });
    if (logId !== log.logId) return refused(`they tell of the log ${logId}`);
    if (position < before) return refused(`the checkpoint went back from ${before} to ${position}`);
    const end = await endOf(log);
    if (position > end) return refused(`${position} is behind the log's ${end}`);
    await fillViews(log, referenceUrl, position);
    const { rows, difference, checkpoints } = await compareViews({ url: viewsUrl }, { url: referenceUrl });
    const broken: string[] = [];
    if (difference !== null) broken.push(`at ${position}: ${JSON.stringify(difference)}`);
    if (checkpoints[0]?.position !== checkpoints[1]?.position) broken.push(`compared at two positions`);
    return { position, rowsCompared: rows, broken };
  } finally {
    await log.close();
  }
}

/** Views that are built from the log's first event on, as after their deletion. */
export function checkBuiltAgain({ logFolder, viewsUrl }: Places, againUrl: string): Promise<CheckedViews> {
  return checkViews({ logFolder, viewsUrl, referenceUrl: againUrl }, 0n);
}

async function checkpointOf(url: string): Promise<Checkpoint | null> {
  const reader = await openViewsReader({ url });
  try {
    return await reader.checkpoint();
  } finally {
    await reader.close();
  }
}

/** Position of the last event of the log; 0n in an empty one. */
export async function endOf(log: Pick<EventLogReader, 'subscribe'>): Promise<bigint> {
  const stop = new AbortController();
  for await (const item of log.subscribe({ after: 'end', signal: stop.signal }))
    return item.kind === 'event' ? item.event.position : item.position;
  return 0n;
}

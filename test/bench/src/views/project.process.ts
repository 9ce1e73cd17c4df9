/** Projects a log into views, from where they are to its end, as the thread of standalone does. Arguments: folder, address. */
import { openEmbeddedEventStore, openEmbeddedLogReader } from '@action-do/event-store';
import { InProcessBus } from '@action-do/messaging';
import { startProjector, systemClock, viewsPlace } from '@action-do/projector';
import { mappedMib, processMemoryMib } from '../process-cpu.js';
import type { Projected } from './views-report.js';

const LOOK_EVERY_MS = 50;
const silent = (): void => undefined;
const say = (fields: object, message: string): void => console.error(message, fields);
const logger = { debug: silent, info: silent, warn: say, error: say };

const [folder = '', url = ''] = process.argv.slice(2);
const store = await openEmbeddedEventStore({ folder });
const log = await openEmbeddedLogReader({ folder, durable: store.durable });
const head = await lastPosition();
const bus = new InProcessBus();

const peak = { resident: 0, own: 0 };
const startedMs = performance.now();
const startedCpu = process.cpuUsage();
const projector = startProjector({ log, views: viewsPlace(url, logger), bus, clock: systemClock, logger });
// To the end means that readers see them, with all indexes.
while (!isLiveAt(head)) {
  await Promise.race([projector.ended, new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))]);
  const { resident, own } = processMemoryMib(process.pid);
  peak.resident = Math.max(peak.resident, resident);
  peak.own = Math.max(peak.own, own);
}
const seconds = (performance.now() - startedMs) / 1_000;
const { user, system } = process.cpuUsage(startedCpu);
const projected: Projected = {
  events: Number(head),
  perSecond: Number(head) / seconds,
  cpuUs: (user + system) / Number(head),
  residentMib: peak.resident,
  ownMib: peak.own,
  logMib: mappedMib(process.pid, '.mdb'),
};
await projector.close();
await bus.drain();
await log.close();
await store.close();
process.send?.(projected);
process.disconnect();

function isLiveAt(position: bigint): boolean {
  const views = projector.follower.followed;
  return views !== null && views.position >= position && views.writer.live === true;
}

async function lastPosition(): Promise<bigint> {
  for await (const item of log.subscribe({ after: 'end', signal: new AbortController().signal }))
    if (item.kind !== 'event') return item.position;
  throw new Error('the log did not say where it ends');
}

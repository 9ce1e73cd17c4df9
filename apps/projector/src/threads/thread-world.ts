import { parentPort, workerData } from 'node:worker_threads';
import { REQUEST_PATTERNS } from '@action-do/contracts';
import { type EventLogReader, openEmbeddedLogReader } from '@action-do/event-store';
import { type Bus, connectNats, ThreadBus } from '@action-do/messaging';
import { tellOfEventLog } from '@action-do/service-kit';
import { type Logger, pino } from 'pino';
import type { ViewsPlace } from '../ports.js';
import { viewsPlace } from '../views-place.js';
import type { ThreadData } from './thread-data.js';
import { ThreadLines } from './thread-lines.js';

export interface ThreadWorld {
  readonly log: EventLogReader;
  readonly views: ViewsPlace;
  readonly bus: Bus;
  readonly logger: Logger;
  close(): Promise<void>;
}

/** Opens in this thread what `workerData` names. @throws StoreUnavailable, NatsUnavailable, … */
export async function openThreadWorld(name: string): Promise<ThreadWorld> {
  if (parentPort === null) throw new Error('this world is that of a thread');
  const data: ThreadData = workerData;
  const lines = new ThreadLines(parentPort, new Int32Array(data.linesUnderWay));
  const logger = pino({ level: data.logLevel, base: { thread: name } }, lines);
  const onHandlerError = (error: unknown): void => logger.error({ err: error }, 'a bus handler failed');
  const log = await openEmbeddedLogReader({
    ...data.log,
    onForeignEvent: tellOfEventLog(logger).onForeignEvent,
  });
  try {
    const bus =
      'port' in data.bus
        ? new ThreadBus(data.bus.port, { onHandlerError })
        : await connectNats({
            url: data.bus.natsUrl,
            inbox: data.bus.natsInbox,
            insecureDev: data.bus.insecureDev,
            name,
            requestPatterns: REQUEST_PATTERNS,
            onHandlerError,
          });
    return {
      log,
      views: viewsPlace(data.viewsUrl, logger),
      bus,
      logger,
      close: async () => {
        await bus.drain();
        await log.close();
      },
    };
  } catch (error) {
    await log.close();
    throw error;
  }
}

import { HEADERS, PROJECTOR_QUEUE, publicPosition, queryPatterns } from '@action-do/contracts';
import type { EventLogReader } from '@action-do/event-store';
import {
  type Bus,
  type BusHeaders,
  type BusMessage,
  type BusSubscription,
  header,
} from '@action-do/messaging';
import type { Log } from '../ports.js';
import { errorAnswer } from '../queries/error-answer.js';
import { refused, unavailable } from '../queries/message-refused.js';
import type { Rebuilds } from '../rebuild/rebuilds.js';
import type { LogFollower } from './follow-log.js';
import { headOf } from './head-of.js';

const encoder = new TextEncoder();

export interface ViewsCommandsParts {
  readonly follower: LogFollower;
  readonly log: EventLogReader;
  readonly bus: Pick<Bus, 'subscribe'>;
  readonly logger: Log;
  readonly rebuilds: Pick<Rebuilds, 'begin' | 'status'>;
}

/** What operators ask of the views. Answered by whoever writes them, and without Nest, which that thread does not load. */
export function serveViewsCommands(parts: ViewsCommandsParts): { unsubscribe(): void } {
  const { bus, logger } = parts;
  const answering =
    (answer: (headers: BusHeaders) => Promise<object>) =>
    async (message: BusMessage): Promise<void> => {
      try {
        message.respond(encoder.encode(JSON.stringify(await answer(message.headers))));
      } catch (error) {
        const { payload, headers } = errorAnswer(logger)(error);
        message.respond(payload, headers);
      }
    };
  const serve = (pattern: string, answer: (headers: BusHeaders) => Promise<object>): BusSubscription =>
    bus.subscribe(pattern, answering(answer), { queue: PROJECTOR_QUEUE });
  const subscriptions = [
    serve(queryPatterns.viewsStatus, () => statusOf(parts)),
    serve(queryPatterns.viewsRebuild, async (headers) => ({ rebuild: begin(parts, headers) })),
  ];
  return {
    unsubscribe: () => {
      for (const subscription of subscriptions) subscription.unsubscribe();
    },
  };
}

/**
 * Work of minutes that somebody wants done: a gateway says who. A message that does not is no wish of anybody's, such as
 * that of a service which tries at its start whether the bus would carry it.
 */
function begin({ rebuilds, logger }: ViewsCommandsParts, headers: BusHeaders): object {
  const actorType = header(headers, HEADERS.actorType);
  const actorId = header(headers, HEADERS.actorId);
  if (!actorType || !actorId)
    throw refused('REQUEST_INVALID', {
      detail: 'The views are built anew for somebody, whom the gateway names: this message names nobody.',
      effect: 'none',
    });
  const rebuild = rebuilds.begin();
  logger.info({ actorType, actorId }, 'building the views anew was asked for');
  return rebuild;
}

/** `rate`: events a second of the last long way to the head of the log; only where there was one. */
async function statusOf({ follower, log, rebuilds }: ViewsCommandsParts): Promise<object> {
  const { followed, eventsPerSecond, misfit } = follower;
  if (misfit.reason !== null) throw unavailable(`${misfit.reason}.`);
  if (followed === null) throw unavailable('The views are not followed at present.');
  // All of one moment: to count takes a while, and a rebuild that ends meanwhile ends with another generation.
  const { position, writer } = followed;
  const { status: rebuild } = rebuilds;
  // Without their indexes every row would be read to be counted, and they are not to be waited for.
  const live = writer.live !== false;
  const counts = live ? await writer.counts() : undefined;
  const head = await headOf(log);
  return {
    position: publicPosition(log.logId, position),
    lagEvents: String(head > position ? head - position : 0n),
    ...(writer.generation === undefined ? {} : { generation: writer.generation }),
    live,
    ...(counts === undefined ? {} : { counts }),
    ...(eventsPerSecond === null ? {} : { rate: eventsPerSecond }),
    rebuild,
  };
}

import { randomUUID } from 'node:crypto';
import { busRights } from '@action-do/contracts';
import { openEventStore } from '@action-do/event-store';
import type { NatsBus } from '@action-do/messaging';
import {
  connectBus,
  endAtOnce,
  joinBus,
  mendsItself,
  Peers,
  type RunningService,
  type ServiceWorld,
  succeeds,
  type ToldHealth,
  tellOfEventLog,
  waitFor,
  withHealth,
} from '@action-do/service-kit';
import { ViewsUnavailable } from '@action-do/views';
import { headOf } from '../follow/head-of.js';
import { startProjector } from '../follow/start-projector.js';
import { systemClock } from '../ports.js';
import { startQueries } from '../queries/start-queries.js';
import { viewsPlace } from '../views-place.js';
import type { ProjectorConfig } from './config.js';

/**
 * A projector as a service: one of several on a database, of which one writes. Both halves are in the one thread of the
 * process: standalone keeps them apart from each other and from the executor because SQLite works in the thread that
 * asks, and here all that takes long is done by PostgreSQL.
 * @throws OtherLogOnTheBus, UnsafeNatsServer and its kin
 */
export const startProjectorService = (
  config: ProjectorConfig,
  world: ServiceWorld,
): Promise<RunningService> =>
  withHealth(config, ['bus', 'log', 'views'], (health) => begin(config, world, health));

async function begin(
  config: ProjectorConfig,
  { logger, signal }: ServiceWorld,
  { needs, url }: ToldHealth<'bus' | 'log' | 'views'>,
): Promise<RunningService> {
  const waiting = { isTemporary, logger, signal };
  const name = `projector-${randomUUID()}`;
  const log = await waitFor(
    'the event log',
    () => openEventStore(config.DO_EVENT_STORE, { ...tellOfEventLog(logger), onOtherLog }),
    waiting,
  );
  needs.log = () => succeeds(() => headOf(log));
  let peers: Peers | null = null;
  // On another platform's bus its hints would name executions that those executors do not know, and its lists tell of
  // another log than theirs.
  const { bus } = await joinBus<NatsBus>(
    {
      connect: (onReconnected) => {
        const onBack = (): void => {
          peers?.listenAnew();
          onReconnected();
        };
        return connectBus(config, { name, rights: busRights.projector, onReconnected: onBack }, logger);
      },
      logId: log.logId,
      onConnected: (there) => {
        needs.bus = async () => there.isConnected;
      },
    },
    waiting,
  );
  peers = new Peers({ bus, clock: systemClock, leaseMs: config.DO_LEASE_MS });
  peers.start();
  const hearing = peers;
  const place = viewsPlace(config.DO_DATABASE_URL, logger);
  const views = await place.openReader();
  await waitFor('the database', () => views.checkpoint(), waiting);
  const world = { log, bus, clock: systemClock, logger };
  const projector = startProjector({ ...world, views: place, peers, standsBy: true });
  // They may be there, and yet nobody follows: that is said in a word, and counts after a minute.
  needs.views = async () =>
    (await succeeds(() => views.checkpoint())) && projector.follower.condition.at(systemClock.nowMs());
  projector.ended.catch((error: unknown) =>
    endAtOnce(error instanceof Error ? error.message : String(error)),
  );
  const queries = await startQueries({ ...world, views });
  return {
    readyMessage: `action.do projector ready, its health at ${url}`,
    close: async () => {
      await Promise.all([queries.close(), projector.close()]);
      hearing.stop();
      await views.close();
      await bus.close();
      await log.close();
    },
  };
}

/** Nothing that this process knows is true of that log. */
const onOtherLog = ({ message }: Error): never => endAtOnce(message);

/** What may mend itself while a projector starts. */
const isTemporary = (error: unknown): boolean => mendsItself(error) || error instanceof ViewsUnavailable;

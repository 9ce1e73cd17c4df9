import { randomUUID } from 'node:crypto';
import { busRights } from '@action-do/contracts';
import {
  AppendUnknown,
  LogAccessDenied,
  type OtherLog,
  openEventStore,
  StoreUnavailable,
} from '@action-do/event-store';
import { BusInterrupted, BusUnreachable, type NatsBus, NatsUnavailable } from '@action-do/messaging';
import {
  connectBus,
  endAtOnce,
  type NeedState,
  type Needs,
  OtherLogOnTheBus,
  type RunningService,
  refuseOtherLog,
  refuseOtherLogBeside,
  type ServiceWorld,
  startHealthServer,
  succeeds,
  tellOfEventLog,
  waitFor,
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
export async function startProjectorService(
  config: ProjectorConfig,
  { logger, signal }: ServiceWorld,
): Promise<RunningService> {
  const needs: { -readonly [N in 'bus' | 'log' | 'views']: () => Promise<boolean | NeedState> } = {
    bus: never,
    log: never,
    views: never,
  };
  const health = await startHealthServer({
    host: config.DO_HEALTH_HOST,
    port: config.DO_HEALTH_PORT,
    needs: async (): Promise<Needs> => {
      const [bus, log, views] = await Promise.all([needs.bus(), needs.log(), needs.views()]);
      return { bus, log, views };
    },
  });
  const waiting = { isTemporary, logger, signal };
  const name = `projector-${randomUUID()}`;
  const log = await waitFor(
    'the event log',
    () => openEventStore(config.DO_EVENT_STORE, { ...tellOfEventLog(logger), onOtherLog }),
    waiting,
  );
  needs.log = () => succeeds(() => headOf(log));
  let lookBeside = (): void => undefined;
  const bus: NatsBus = await waitFor(
    'the bus',
    () =>
      connectBus(config, { name, rights: busRights.projector, onReconnected: () => lookBeside() }, logger),
    waiting,
  );
  needs.bus = async () => bus.isConnected;
  // Another server may be behind the address by now.
  lookBeside = () =>
    void refuseOtherLogBeside(bus, log.logId).catch((error: unknown) => {
      if (error instanceof OtherLogOnTheBus) endAtOnce(error.message);
    });
  // Its hints would name executions that those executors do not know, and its lists tell of another log than theirs.
  await waitFor('the executors on the bus', () => refuseOtherLog(bus, log.logId), waiting);
  const place = viewsPlace(config.DO_DATABASE_URL, logger);
  const views = await place.openReader();
  await waitFor('the database', () => views.checkpoint(), waiting);
  const world = { log, bus, clock: systemClock, logger };
  const projector = startProjector({ ...world, views: place, standsBy: true });
  // They may be there, and yet nobody follows: that is said in a word, and counts after a minute.
  needs.views = async () =>
    (await succeeds(() => views.checkpoint())) && projector.follower.condition.at(systemClock.nowMs());
  projector.ended.catch((error: unknown) =>
    endAtOnce(error instanceof Error ? error.message : String(error)),
  );
  const queries = await startQueries({ ...world, views });
  return {
    readyMessage: `action.do projector ready, its health at ${health.url}`,
    close: async () => {
      await Promise.all([queries.close(), projector.close()]);
      await views.close();
      await bus.close();
      await log.close();
      await health.close();
    },
  };
}

const never = async (): Promise<boolean> => false;

/** Nothing that this process knows is true of that log. */
const onOtherLog = ({ message }: OtherLog): never => endAtOnce(message);

/** What may mend itself while a projector starts. */
const isTemporary = (error: unknown): boolean =>
  (error instanceof StoreUnavailable && !(error instanceof LogAccessDenied)) ||
  error instanceof AppendUnknown ||
  error instanceof NatsUnavailable ||
  error instanceof BusUnreachable ||
  error instanceof BusInterrupted ||
  error instanceof ViewsUnavailable;

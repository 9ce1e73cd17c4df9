import { busRights, systemSubjects, tenantStream } from '@action-do/contracts';
import { type EventStore, openEventStore } from '@action-do/event-store';
import type { NatsBus } from '@action-do/messaging';
import {
  connectBus,
  endAtOnce,
  joinBus,
  loadActions,
  mendsItself,
  modulesIn,
  type RunningService,
  type ServiceWorld,
  succeeds,
  type ToldHealth,
  tellOfEventLog,
  waitFor,
  withHealth,
} from '@action-do/service-kit';
import { Executor } from '../executor.js';
import { BeatThread } from '../lease/beat-thread.js';
import { startExecutor } from '../start-executor.js';
import { systemChance, systemClock } from '../system-ports.js';
import { MasterKey } from '../tenant/master-key.js';
import type { ExecutorConfig } from './config.js';
import { insistOnKey } from './first-key.js';

/** Of the time to drain: what closing everything else may take once the last attempt has ended. */
const CLOSING_MS = 500;

/**
 * An executor as a service: one of several on a log. It recovers nothing at its start: nothing proves yet that the executors
 * before it are dead. Executions that wait for their next attempt, and those of the dead, come to it by the projector's hints.
 * @throws ConfigError, ActionModuleError, MasterKeyError, OtherLogOnTheBus, RootKeyDiffers, UnsafeNatsServer and its kin
 */
export const startExecutorService = (config: ExecutorConfig, world: ServiceWorld): Promise<RunningService> =>
  withHealth(config, ['bus', 'log', 'executor'], (health) => begin(config, world, health));

async function begin(
  config: ExecutorConfig,
  { logger, signal, from }: ServiceWorld,
  { needs, url }: ToldHealth<'bus' | 'log' | 'executor'>,
): Promise<RunningService> {
  let serving = false;
  needs.executor = async () => serving;
  const actions = (
    await Promise.all(modulesIn(config.DO_ACTIONS).map((path) => loadActions(path, from)))
  ).flat();
  const masterKey = MasterKey.fromHex(config.DO_MASTER_KEY);
  const waiting = { isTemporary: mendsItself, logger, signal };
  const name = `executor-${systemChance.uuid()}`;
  const store = await waitFor(
    'the event log',
    () => openEventStore(config.DO_EVENT_STORE, { ...tellOfEventLog(logger), onOtherLog }),
    waiting,
  );
  needs.log = () => succeeds(() => readSomething(store, config));
  const { bus, lookAgain } = await joinBus<NatsBus>(
    {
      connect: (onReconnected) =>
        connectBus(config, { name, rights: busRights.executor, onReconnected }, logger),
      logId: store.logId,
      onConnected: (there) => {
        needs.bus = async () => there.isConnected;
      },
    },
    waiting,
  );
  const executor = new Executor({
    store,
    bus,
    masterKey,
    actions,
    clock: systemClock,
    chance: systemChance,
    logger,
    name,
    slots: config.DO_EXECUTOR_SLOTS,
    queue: config.DO_EXECUTOR_QUEUE,
    leaseMs: config.DO_LEASE_MS,
    sharesLog: true,
    httpAllow: config.DO_HTTP_ALLOW,
    beater: new BeatThread({
      bus: {
        url: config.DO_NATS_URL,
        inbox: busRights.executor.inbox,
        insecureDev: config.DO_INSECURE_DEV === '1',
      },
      logger,
      name,
      leaseMs: config.DO_LEASE_MS,
      stallMs: config.DO_STALL_MS,
    }),
  });
  const readLog = async (): Promise<void> => {
    await executor.tenants.digestOf(config.DO_TENANT);
    await insistOnKey(executor.apiKeys, config.DO_TENANT, config.DO_ROOT_KEY_DIGEST);
    await executor.registerOwn(config.DO_TENANT);
  };
  await waitFor('what the event log holds', readLog, waiting);
  await executor.start();
  const service = await startExecutor(executor, bus);
  serving = true;
  void lookAgain();
  return {
    readyMessage: `action.do executor ready, its health at ${url}`,
    close: async () => {
      serving = false;
      // What was delivered before the server hears of it is still begun: a way there and back later nothing new comes,
      // and whoever waits is answered as things stand.
      const closed = service.close();
      await thereAndBack(bus);
      await executor.stop(Math.max(0, config.DO_DRAIN_MS - 2 * CLOSING_MS));
      await closed;
      await bus.close();
      await store.close();
    },
  };
}

/** Whoever answers, or nobody: all that the server sent us before is here by then. */
const thereAndBack = (bus: NatsBus): Promise<unknown> =>
  bus.request(systemSubjects.servedLog, new Uint8Array(0), { timeoutMs: CLOSING_MS }).catch(() => undefined);

/** Nothing that this process knows is true of that log. */
const onOtherLog = ({ message }: Error): never => endAtOnce(message);

/** Of a stream that there is since the start; while there is none, that can be read too. */
async function readSomething(store: EventStore, { DO_TENANT }: ExecutorConfig): Promise<void> {
  for await (const _ of store.readStream(tenantStream(DO_TENANT), { limit: 1 })) break;
}

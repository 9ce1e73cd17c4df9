import { busRights, systemSubjects, tenantStream } from '@action-do/contracts';
import {
  AppendUnknown,
  type EventStore,
  LogAccessDenied,
  type OtherLog,
  openEventStore,
  StoreUnavailable,
} from '@action-do/event-store';
import { BusInterrupted, BusUnreachable, type NatsBus, NatsUnavailable } from '@action-do/messaging';
import {
  connectBus,
  endAtOnce,
  loadActions,
  modulesIn,
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
import { Executor } from '../executor.js';
import { startExecutor } from '../start-executor.js';
import { systemChance, systemClock } from '../system-ports.js';
import { MasterKey } from '../tenant/master-key.js';
import type { ExecutorConfig } from './config.js';
import { insistOnKey } from './first-key.js';

/** Of the time to drain: what closing everything else may take once the last attempt has ended. */
const CLOSING_MS = 500;

/**
 * An executor as a service: one of several on a log. It recovers nothing at its start, for nothing proves that the
 * executors before it are dead; executions that wait for their next attempt come to it by the projector's hints.
 * @throws ConfigError, ActionModuleError, MasterKeyError, OtherLogOnTheBus, RootKeyDiffers, UnsafeNatsServer and its kin
 */
export async function startExecutorService(
  config: ExecutorConfig,
  { logger, signal, from }: ServiceWorld,
): Promise<RunningService> {
  const needs: { -readonly [N in 'bus' | 'log']: () => Promise<boolean> } = { bus: never, log: never };
  let serving = false;
  const health = await startHealthServer({
    host: config.DO_HEALTH_HOST,
    port: config.DO_HEALTH_PORT,
    needs: async (): Promise<Needs> => {
      const [bus, log] = await Promise.all([needs.bus(), needs.log()]);
      return { bus, log, executor: serving };
    },
  });
  const actions = (
    await Promise.all(modulesIn(config.DO_ACTIONS).map((path) => loadActions(path, from)))
  ).flat();
  const masterKey = MasterKey.fromHex(config.DO_MASTER_KEY);
  const waiting = { isTemporary, logger, signal };
  const name = `executor-${systemChance.uuid()}`;
  const store = await waitFor(
    'the event log',
    () => openEventStore(config.DO_EVENT_STORE, { ...tellOfEventLog(logger), onOtherLog }),
    waiting,
  );
  needs.log = () => succeeds(() => readSomething(store, config));
  let lookBeside = (): void => undefined;
  const bus: NatsBus = await waitFor(
    'the bus',
    () => connectBus(config, { name, rights: busRights.executor, onReconnected: () => lookBeside() }, logger),
    waiting,
  );
  needs.bus = async () => bus.isConnected;
  // Who came in the same second heard no answer either, and another server may be behind the address by now.
  lookBeside = () =>
    void refuseOtherLogBeside(bus, store.logId).catch((error: unknown) => {
      if (error instanceof OtherLogOnTheBus) endAtOnce(error.message);
    });
  await waitFor('the executors on the bus', () => refuseOtherLog(bus, store.logId), waiting);
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
  });
  const begin = async (): Promise<void> => {
    await executor.tenants.digestOf(config.DO_TENANT);
    await insistOnKey(executor.apiKeys, config.DO_TENANT, config.DO_ROOT_KEY_DIGEST);
    await executor.registerOwn(config.DO_TENANT);
  };
  await waitFor('what the event log holds', begin, waiting);
  await executor.start();
  const service = await startExecutor(executor, bus);
  serving = true;
  lookBeside();
  return {
    readyMessage: `action.do executor ready, its health at ${health.url}`,
    close: async () => {
      serving = false;
      // What was delivered before the server hears of it is still begun: a way there and back later nothing new comes,
      // and whoever waits is answered as things stand.
      const closed = service.close();
      await thereAndBack(bus);
      const left = await executor.stop(Math.max(0, config.DO_DRAIN_MS - 2 * CLOSING_MS));
      await closed;
      await bus.close();
      await store.close();
      await health.close();
      if (left.length > 0) throw new AttemptsLeft(left.length);
    },
  };
}

/** Whoever answers, or nobody: all that the server sent us before is here by then. */
const thereAndBack = (bus: NatsBus): Promise<unknown> =>
  bus.request(systemSubjects.servedLog, new Uint8Array(0), { timeoutMs: CLOSING_MS }).catch(() => undefined);

/** Said at the end of a stop: nobody takes these over, and an executor that ended with 0 would have hidden it. */
class AttemptsLeft extends Error {
  constructor(count: number) {
    super(
      `${count} ${count === 1 ? 'execution stays' : 'executions stay'} \`running\`: set DO_DRAIN_MS above the longest attempt`,
    );
    this.name = 'AttemptsLeft';
  }
}

const never = async (): Promise<boolean> => false;

/** Nothing that this process knows is true of that log. */
const onOtherLog = ({ message }: OtherLog): never => endAtOnce(message);

/** What may mend itself while an executor starts. */
const isTemporary = (error: unknown): boolean =>
  (error instanceof StoreUnavailable && !(error instanceof LogAccessDenied)) ||
  error instanceof AppendUnknown ||
  error instanceof NatsUnavailable ||
  error instanceof BusUnreachable ||
  error instanceof BusInterrupted;

/** Of a stream that there is since the start; while there is none, that can be read too. */
async function readSomething(store: EventStore, { DO_TENANT }: ExecutorConfig): Promise<void> {
  for await (const _ of store.readStream(tenantStream(DO_TENANT), { limit: 1 })) break;
}

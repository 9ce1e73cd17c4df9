import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openEmbeddedEventStore } from '@action-do/event-store';
import {
  Executor,
  findOpenStreams,
  keepRecoveryMark,
  MasterKey,
  RecoveryMark,
  startExecutor,
  systemChance,
  systemClock,
} from '@action-do/executor';
import { startGateway } from '@action-do/gateway';
import { type ProjectorThreadsOptions, startProjectorThreads } from '@action-do/projector';
import {
  ActionModuleError,
  modulesIn,
  type ReadyPlatform,
  refuseOtherLog,
  tellOfEventLog,
} from '@action-do/service-kit';
import type { Logger } from 'pino';
import { ActionModules } from './actions/action-modules.js';
import { FreshImports, importVersion, isCommonJs } from './actions/fresh-imports.js';
import type { StandaloneConfig } from './config.js';
import { openBus } from './open-bus.js';
import { serveLogReadOnly } from './serve-log-read-only.js';

export interface RunningStandalone extends ReadyPlatform {
  close(): Promise<void>;
}

export interface StandaloneSurroundings {
  /** The folder that relative paths are relative to. */
  readonly from: string;
  /** The event log can no longer be written: the process must end. */
  readonly onFatal: (error: Error) => void;
  /** Those of the process's log, into which threads write too. */
  readonly lines: ProjectorThreadsOptions['lines'];
}

const EMBEDDED = 'embedded:';
/** A database that is away must not keep the platform from starting. */
const VIEWS_READY_MS = 5_000;
/** Of the time to drain: what closing everything else may take once the last attempt has ended. */
const CLOSING_MS = 500;

/**
 * Gateway, executor and projector in one process, by default on the in-process bus, the embedded log and embedded views. No logic of its own: the order in
 * which things begin and end, and nothing else.
 */
export async function startStandalone(
  config: StandaloneConfig,
  logger: Logger,
  { from, onFatal, lines }: StandaloneSurroundings,
): Promise<RunningStandalone> {
  const dataDir = resolve(from, config.DO_DATA_DIR);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const folder = resolve(from, config.DO_EVENT_STORE.slice(EMBEDDED.length) || join(dataDir, 'log'));
  const masterKey = config.DO_MASTER_KEY
    ? MasterKey.fromHex(config.DO_MASTER_KEY)
    : MasterKey.fromFile(join(dataDir, 'master-key'));
  const { onForeignEvent } = tellOfEventLog(logger);
  // Its lock on the folder is what makes recovery at once safe: whoever held executions here before is dead.
  const store = await openEmbeddedEventStore({ folder, onFatal, onForeignEvent });
  const name = `standalone-${systemChance.uuid()}`;
  const { bus, forThreads } = await openBus(config, name, logger);
  await refuseOtherLog(bus, store.logId);
  const executor = new Executor({
    store,
    bus,
    masterKey,
    actions: [],
    clock: systemClock,
    chance: systemChance,
    logger,
    name,
    slots: config.DO_EXECUTOR_SLOTS,
    queue: config.DO_EXECUTOR_QUEUE,
    leaseMs: config.DO_LEASE_MS,
    httpAllow: config.DO_HTTP_ALLOW,
  });
  const fresh = new FreshImports();
  const modules = new ActionModules({
    paths: modulesIn(config.DO_ACTIONS),
    from,
    clock: systemClock,
    logger,
    take: (module, definitions) => executor.ownActions.replace(module, definitions, config.DO_TENANT),
    renew: (files, version) => fresh.renew(files, version),
    importModule: importVersion,
    isCommonJs,
  });
  const isFollowed = config.DO_ACTIONS_WATCH === '1';
  await executor.tenants.digestOf(config.DO_TENANT);
  await executor.start();
  await modules.load();
  insistOnActions(modules, isFollowed);
  // Early, for they load beside the rest. Nothing waits for them but the ready line: without them nothing can be listed,
  // and everything can be done.
  const projector = startProjectorThreads({
    log: { folder, durable: store.durable },
    viewsUrl: viewsUrlOf(config, dataDir, from),
    bus: forThreads,
    logger,
    logLevel: config.DO_LOG_LEVEL,
    lines,
  });

  // All that can fail comes before the first attempt of what is recovered: a start that fails uses up nothing. Until
  // an executor answers on the bus, the gateway answers 503.
  const gateway = await startGateway({
    bus,
    log: logger,
    name,
    nowMs: systemClock.nowMs,
    host: config.DO_HTTP_HOST,
    port: config.DO_HTTP_PORT,
  });
  const eventLog = await serveLogReadOnly(config, store, logger);
  const apiKeyFile = join(dataDir, 'api-key');
  const firstKey = await executor.apiKeys.ensureFirstKey(config.DO_TENANT, apiKeyFile);
  const mark = new RecoveryMark(join(dataDir, 'recovery-mark.json'));
  const left = await findOpenStreams(store, mark, systemClock, logger);
  const { open } = await executor.recoverExecutions.recover(left);
  const marking = keepRecoveryMark(executor, mark);
  const service = await startExecutor(executor, bus);
  if (isFollowed) modules.follow();
  await readyWithin(projector.ready, VIEWS_READY_MS);
  return {
    url: gateway.url,
    dataDir,
    apiKeyFile,
    eventLogUrl: eventLog?.url ?? null,
    firstKey,
    actions: modules.definitions,
    troubles: modules.troubles,
    recovered: open,
    close: async () => {
      const unfollowed = modules.stop();
      // First, and while the rest closes: it answers whoever waits, and nothing below ends before they are answered.
      const stopped = executor.stop(Math.max(0, config.DO_DRAIN_MS - CLOSING_MS));
      await Promise.race([unfollowed, stopped]);
      await gateway.close(Math.max(0, config.DO_DRAIN_MS - 2 * CLOSING_MS));
      await eventLog?.close();
      await service.close();
      // Beside the last attempts, for its threads take a while to end. What is recorded meanwhile the next start projects.
      await Promise.all([stopped, projector.close()]);
      await bus.close();
      await marking.stop();
      await store.close();
    },
  };
}

/** One module that is wrong leaves out its own actions; where nothing is right, or nothing will be mended, there is no use in a start. */
function insistOnActions({ troubles, definitions }: ActionModules, isFollowed: boolean): void {
  const [first] = troubles;
  if (first === undefined || (isFollowed && definitions.length > 0)) return;
  throw new ActionModuleError(first.module, first.why);
}

/** Relative folders are relative to where the platform was called. */
function viewsUrlOf({ DO_DATABASE_URL }: StandaloneConfig, dataDir: string, from: string): string {
  if (!DO_DATABASE_URL.startsWith(EMBEDDED)) return DO_DATABASE_URL;
  return `${EMBEDDED}${resolve(from, DO_DATABASE_URL.slice(EMBEDDED.length) || join(dataDir, 'views'))}`;
}

const readyWithin = (ready: Promise<void>, ms: number): Promise<void> =>
  new Promise((end) => {
    const callOff = systemClock.after(ms, end);
    void ready.finally(() => {
      callOff();
      end();
    });
  });

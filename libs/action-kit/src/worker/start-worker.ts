import { busRights, forbiddenTo, REQUEST_PATTERNS, type TenantName } from '@action-do/contracts';
import {
  type Bus,
  checkNatsRights,
  connectNats,
  NatsRightsTooWide,
  NatsUnavailable,
  StreamCoversRequests,
  UnsafeNatsServer,
} from '@action-do/messaging';
import type { ActionDefinition } from '../action-definition.js';
import type { ActionWorker, ServeActionsOptions } from '../action-worker.js';
import { WorkerError } from '../worker-error.js';
import { retryMs } from './backoff.js';
import { type Clock, pause, systemClock } from './clock.js';
import { readTenant, serveOn } from './serve-on.js';
import { drainOnSignals } from './stop-signals.js';
import type { WorkerLogger } from './worker-logger.js';
import {
  type ConnectionSettings,
  checkDefinitions,
  readConnection,
  readSettings,
} from './worker-settings.js';

/** What `serveActions` does once it is loaded. @throws WorkerError */
export async function startWorker(
  definitions: readonly ActionDefinition[],
  options: ServeActionsOptions,
): Promise<ActionWorker> {
  const settings = readSettings(options, process.env);
  const connection = readConnection(options, process.env);
  // Before anything is connected: what is wrong here stays wrong.
  checkDefinitions(definitions);
  const tenant = readTenant(settings.apiKey);
  const clock = systemClock;
  const { logger } = settings;
  const untilMs = clock.nowMs() + settings.startTimeoutMs;
  let reconnected = (): void => {};
  const bus = await connect(connection, tenant, logger, () => reconnected(), clock, untilMs);
  try {
    const startTimeoutMs = Math.max(0, untilMs - clock.nowMs());
    const served = await serveOn(
      bus,
      definitions,
      { ...settings, startTimeoutMs },
      {
        clock,
        // The bus of a server that is away cannot be drained.
        letGo: () => bus.close(),
      },
    );
    reconnected = served.reconnected;
    if (connection.signals) drainOnSignals(served.worker, logger, process);
    return served.worker;
  } catch (error) {
    await bus.close();
    throw error;
  }
}

async function connect(
  { natsUrl, name, insecureDev, requireNatsAcl }: ConnectionSettings,
  tenant: TenantName,
  logger: WorkerLogger,
  onReconnected: () => void,
  clock: Clock,
  untilMs: number,
): Promise<Bus> {
  const { role, inbox } = busRights.worker(tenant);
  for (let failures = 1; ; failures++) {
    try {
      await checkNatsRights({
        url: natsUrl,
        name,
        role,
        forbidden: forbiddenTo(busRights.worker(tenant), tenant),
        isRequired: requireNatsAcl,
        // A server of one's own needs no allow-lists; where there are users, somebody meant to give some.
        tell: ({ message, hasUser }) => hasUser && logger.warn(message),
      });
      return await connectNats({
        url: natsUrl,
        name,
        inbox,
        insecureDev,
        requestPatterns: REQUEST_PATTERNS,
        onHandlerError: (error, where) => logger.error(String(error), { where }),
        onStatus: (status, detail) => {
          if (status === 'closed') return;
          logger.warn(`NATS: ${status}: ${detail}`);
          if (status === 'reconnected') onReconnected();
        },
      });
    } catch (error) {
      const leftMs = untilMs - clock.nowMs();
      if (!(error instanceof NatsUnavailable) || leftMs <= 0) throw explain(error);
      logger.warn(error.message);
      await pause(clock, Math.min(retryMs(failures, Math.random()), leftMs));
    }
  }
}

function explain(error: unknown): unknown {
  if (error instanceof NatsUnavailable)
    return new WorkerError('NATS_UNREACHABLE', error.message, { cause: error });
  if (
    error instanceof UnsafeNatsServer ||
    error instanceof StreamCoversRequests ||
    error instanceof NatsRightsTooWide
  )
    return new WorkerError('NATS_UNSAFE', error.message, { cause: error });
  // A malformed url; the message does not repeat it.
  if (error instanceof TypeError) return new WorkerError('OPTION_INVALID', error.message, { cause: error });
  return error;
}

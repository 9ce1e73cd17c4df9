import { contractOf, parseApiKey, TenantName } from '@action-do/contracts';
import type { Bus } from '@action-do/messaging';
import type { ActionDefinition } from '../action-definition.js';
import { WorkerError } from '../worker-error.js';
import { Attempts } from './attempts.js';
import { BusWorker } from './bus-worker.js';
import { type Clock, systemClock } from './clock.js';
import { PROBE } from './probe.js';
import { Registration } from './registration.js';
import { SideCalls } from './side-calls.js';
import { UNDO } from './undo.js';
import { checkDefinitions, type WorkerSettings } from './worker-settings.js';

export interface ServeOnParts {
  readonly clock?: Clock;
  /** Lets go of the bus when the worker has ended; default: the bus is somebody else's. */
  readonly letGo?: () => Promise<void>;
}

export interface Served {
  readonly worker: BusWorker;
  /** To be called when the bus is back after an interruption. */
  readonly reconnected: () => void;
}

/**
 * Performs actions on any bus. Resolves when calls can come.
 * @throws WorkerError and then nothing is subscribed
 */
export async function serveOn(
  bus: Bus,
  definitions: readonly ActionDefinition[],
  settings: WorkerSettings,
  { clock = systemClock, letGo = () => Promise.resolve() }: ServeOnParts = {},
): Promise<Served> {
  checkDefinitions(definitions);
  const { apiKey, logger, drainMs, concurrency, queue } = settings;
  const tenant = readTenant(apiKey);
  const contracts = definitions.map(contractOf);
  for (const { name, warnings } of definitions)
    for (const warning of warnings) logger.warn(warning, { action: name });
  const attempts = new Attempts({ bus, tenant, clock, logger, concurrency, queue });
  const beside = { clock, logger, concurrency, queue };
  const probes = new SideCalls({ ...beside, kind: PROBE });
  const undos = new SideCalls({ ...beside, kind: UNDO });
  const random = Math.random;
  const registration = new Registration({ bus, tenant, apiKey, contracts, clock, random, logger });
  await registration.start(settings.startTimeoutMs);
  const worker = new BusWorker({ bus, tenant, clock, drainMs, attempts, probes, undos, registration, letGo });
  worker.serve(definitions);
  // A request on the same connection, behind the subscriptions: its answer shows that the server has them.
  await registration.refresh();
  logger.info(`performing ${contracts.map(({ name, version }) => `${name}.v${version}`).join(', ')}`);
  return { worker, reconnected: () => void registration.refresh() };
}

/** A key names its tenant. @throws WorkerError API_KEY_MALFORMED which does not repeat the key */
export function readTenant(apiKey: string): TenantName {
  const tenant = TenantName.safeParse(parseApiKey(apiKey)?.tenant);
  if (tenant.success) return tenant.data;
  throw new WorkerError(
    'API_KEY_MALFORMED',
    'the API key is malformed: copy all of it, from do_live_ or do_test_ to its last character (DO_API_KEY)',
  );
}

import type { TenantName } from '@action-do/contracts';
import type { Bus } from '@action-do/messaging';
import type { ActionDefinition } from '../action-definition.js';
import { Attempts } from './attempts.js';
import { BusWorker } from './bus-worker.js';
import type { Clock } from './clock.js';
import { Probes } from './probes.js';
import type { WorkerLogger } from './worker-logger.js';

export interface UnregisteredParts {
  readonly tenant: TenantName;
  readonly clock: Clock;
  readonly logger: WorkerLogger;
  readonly concurrency: number;
  readonly queue: number;
}

/**
 * A worker that tells nobody what it performs: its contracts are in the log already. For simulations, which start one
 * thousands of times; the package that is published has no door to it.
 */
export function serveUnregistered(
  bus: Bus,
  definitions: readonly ActionDefinition[],
  { tenant, ...parts }: UnregisteredParts,
): BusWorker {
  const attempts = new Attempts({ bus, tenant, ...parts });
  const probes = new Probes(parts);
  const registration = { stop: () => undefined };
  const letGo = (): Promise<void> => Promise.resolve();
  const { clock } = parts;
  const worker = new BusWorker({ bus, tenant, clock, drainMs: 0, attempts, probes, registration, letGo });
  worker.serve(definitions);
  return worker;
}
